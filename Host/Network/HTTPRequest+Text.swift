extension HTTPRequest {
    /// Reads a request as a plugin writes it: method and address on the first line, headers each on
    /// a line of its own, an empty line, and the body to the end.
    ///
    /// - Throws: ``NetworkError/request(_:)`` and ``NetworkError/address(_:)``.
    package init(text: String) throws(NetworkError) {
        let bytes = Array(text.utf8)
        var lines: [String] = [], at = 0, isWhole = false
        while at < bytes.count, !isWhole {
            let line = bytes[at...].prefix { $0 != 0x0A }
            at += line.count + 1
            if line.isEmpty {
                isWhole = true
            } else {
                lines.append(String(decoding: line, as: UTF8.self))
            }
            guard lines.count <= HTTPRequest.headersMax + 1 else {
                throw .request("there are more than \(HTTPRequest.headersMax) headers")
            }
        }
        guard let first = lines.first, isWhole || at == bytes.count + 1 else {
            throw .request(
                "it is empty; allowed is: METHOD ADDRESS, headers, an empty line, a body")
        }
        let words = first.split(separator: " ", omittingEmptySubsequences: false)
        guard words.count == 2 else {
            throw .request("its first line is not a method and an address")
        }
        var headers: [Header] = []
        for line in lines.dropFirst() {
            guard let colon = line.firstIndex(of: ":") else {
                throw .request("a header has no colon")
            }
            let value = line[line.index(after: colon)...].drop { $0 == " " }
            headers.append(Header(String(line[..<colon]), String(value)))
        }
        self.init(
            method: String(words[0]), address: try WebAddress(String(words[1])), headers: headers,
            body: Array(bytes[min(at, bytes.count)...]))
    }
}
