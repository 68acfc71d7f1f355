/// What may be asked of whom, and how much of an answer is taken.
package struct NetworkPolicy: Hashable, Sendable {
    /// One kind of request that is allowed.
    package struct Endpoint: Hashable, Sendable {
        /// Such as `POST`.
        package let method: String
        /// Lower case, exact.
        package let host: String
        /// nil is the standard port of https.
        package let port: UInt16?
        /// Exact, without query.
        package let path: String

        package init(method: String, host: String, port: UInt16? = nil, path: String) {
            self.method = method
            self.host = host
            self.port = port
            self.path = path
        }

        func allows(_ method: String, _ address: WebAddress) -> Bool {
            self.method == method && host == address.host && path == address.path
                && (port ?? 443) == address.port
        }
    }

    /// Times are in milliseconds, above 0; sizes in bytes.
    package struct Limits: Hashable, Sendable {
        package var connect_ms = 10_000
        /// From the connection to the first byte of the answer.
        package var firstByte_ms = 90_000
        /// Of the whole request.
        package var whole_ms = 120_000
        /// Of all headers of an answer.
        package var headersMax = 65_536
        /// Of an answer's body, unpacked.
        package var bodyMax = 4_194_304
        /// Of a request's body.
        package var requestMax = 4_194_304

        package init() {}
    }

    package var endpoints: [Endpoint]
    package var limits: Limits
    /// Whether servers of this machine may be asked, with TLS or without.
    package var allowsLoopback: Bool
    /// Whether addresses of private networks may be asked, with TLS.
    package var allowsPrivate: Bool
    /// Certificates of the operator's own authority; nil trusts those of the system.
    package var authorityFile: String?

    package init(
        endpoints: [Endpoint], limits: Limits, allowsLoopback: Bool, allowsPrivate: Bool
    ) {
        self.endpoints = endpoints
        self.limits = limits
        self.allowsLoopback = allowsLoopback
        self.allowsPrivate = allowsPrivate
    }

    /// Checks a request before any name is asked for.
    package func check(_ request: HTTPRequest) throws(NetworkError) {
        let host = request.address.host
        guard endpoints.contains(where: { $0.allows(request.method, request.address) }) else {
            throw .notAllowed(method: request.method, host: host)
        }
        guard ["GET", "POST", "PUT", "DELETE"].contains(request.method) else {
            throw .request("the method \(request.method.prefix(20)) is unknown")
        }
        guard request.body.count <= limits.requestMax else {
            throw .request("the body has more than \(limits.requestMax) bytes")
        }
        try request.checkHeaders()
    }

    /// Checks where a name leads: every address of it must be allowed.
    package func check(
        _ addresses: [InternetAddress], of address: WebAddress
    ) throws(NetworkError) {
        for found in addresses {
            guard found.isPublic || allowsPrivate || (allowsLoopback && found.isLoopback) else {
                throw .privateAddress(host: address.host, address: found.text)
            }
            guard address.isSecure || (allowsLoopback && found.isLoopback) else {
                throw .insecure(host: address.host)
            }
        }
    }
}
