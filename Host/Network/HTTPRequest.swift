/// A request as a plugin describes it: secrets stand in it as `{{name}}`.
package struct HTTPRequest: Hashable, Sendable {
    /// A name and a value.
    package struct Header: Hashable, Sendable {
        package let name: String
        package let value: String

        package init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    package let method: String
    package let address: WebAddress
    package let headers: [Header]
    package let body: [UInt8]

    package init(method: String, address: WebAddress, headers: [Header], body: [UInt8]) {
        self.method = method
        self.address = address
        self.headers = headers
        self.body = body
    }

    /// Most headers of a request.
    package static let headersMax = 32

    /// Names that the host alone sets.
    private static let own = [
        "host", "content-length", "transfer-encoding", "connection", "accept-encoding", "expect",
        "proxy-authorization", "upgrade",
    ]

    func checkHeaders() throws(NetworkError) {
        guard headers.count <= HTTPRequest.headersMax else {
            throw .request("there are \(headers.count) headers; allowed are 32")
        }
        for header in headers {
            let isToken = header.name.utf8.allSatisfy {
                (0x61...0x7A).contains($0 | 0x20) || (0x30...0x39).contains($0) || $0 == 0x2D
            }
            guard isToken, !header.name.isEmpty else { throw .request("a header has no name") }
            guard !HTTPRequest.own.contains(header.name.lowercased()) else {
                throw .request("the header \(header.name) is the host's own")
            }
            guard header.value.utf8.allSatisfy({ (0x20...0x7E).contains($0) }) else {
                throw .request("the header \(header.name) has control characters")
            }
        }
    }
}

/// An answer of the other side, whatever its status.
package struct HTTPResponse: Hashable, Sendable {
    /// 100...999.
    package let status: Int32
    /// Lines of `name: value`, names in lower case.
    package let headers: [String]
    /// Unpacked.
    package let body: [UInt8]
    /// From the first byte sent until it was whole, retries and pauses included, in nanoseconds.
    package var latency_ns: Int64

    package init(status: Int32, headers: [String], body: [UInt8], latency_ns: Int64) {
        self.status = status
        self.headers = headers
        self.body = body
        self.latency_ns = latency_ns
    }

    /// The value of a header; nil when it is absent.
    package func header(_ name: String) -> String? {
        headers.first { $0.hasPrefix(name + ":") }.map {
            String($0.dropFirst(name.count + 1).drop { $0 == " " })
        }
    }
}
