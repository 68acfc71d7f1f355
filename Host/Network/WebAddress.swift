/// Where a request goes, taken apart and checked: `https://api.example.com/v1/items?limit=5`.
package struct WebAddress: Hashable, Sendable {
    /// Whether TLS is used.
    package let isSecure: Bool
    /// Lower case; IPv6 addresses without their brackets.
    package let host: String
    /// 1...65535.
    package let port: UInt16
    /// Without query; starts with `/`.
    package let path: String
    /// With its `?`, or empty.
    package let query: String

    /// Reads an address.
    ///
    /// - Throws: ``NetworkError/address(_:)`` for anything but scheme, host, port, path and query:
    ///   no user, no fragment, no control character, no space.
    package init(_ text: String) throws(NetworkError) {
        guard text.utf8.count <= 4096, text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw .address("it has spaces, control characters or more than 4096 bytes")
        }
        let scheme = text.prefix { $0 != ":" }
        let rest = text.dropFirst(scheme.count)
        guard scheme == "https" || scheme == "http", rest.hasPrefix("://") else {
            throw .address("it starts with neither https:// nor http://")
        }
        isSecure = scheme == "https"
        let authority = rest.dropFirst(3).prefix { !"/?#".contains($0) }
        let target = rest.dropFirst(3 + authority.count)
        guard !authority.contains("@"), !target.contains("#"), !target.contains("\\") else {
            throw .address("it has a user, a fragment or a backslash")
        }
        (host, port) = try WebAddress.split(authority, standard: isSecure ? 443 : 80)
        let path = target.prefix { $0 != "?" }
        guard !path.split(separator: "/").contains(where: WebAddress.climbs) else {
            throw .address("its path has dots for folders")
        }
        self.path = path.isEmpty ? "/" : String(path)
        query = String(target.dropFirst(path.count))
    }

    /// The whole address again: the only spelling of it.
    package var text: String {
        let isStandard = port == (isSecure ? 443 : 80)
        return (isSecure ? "https://" : "http://") + (host.contains(":") ? "[\(host)]" : host)
            + (isStandard ? "" : ":\(port)") + path + query
    }

    private static func climbs(_ part: Substring) -> Bool {
        let plain = part.lowercased()
        return [".", "..", "%2e", "%2e%2e", ".%2e", "%2e."].contains(plain)
    }

    private static func split(
        _ authority: Substring, standard: UInt16
    ) throws(NetworkError) -> (String, UInt16) {
        var host = authority, port = standard
        if authority.hasPrefix("[") {
            host = authority.dropFirst().prefix { $0 != "]" }
            let after = authority.dropFirst(host.count + 2)
            guard authority.contains("]"), after.isEmpty || after.hasPrefix(":") else {
                throw .address("its brackets do not close")
            }
            if !after.isEmpty { port = try number(after.dropFirst()) }
            guard host.allSatisfy({ $0.isHexDigit || ":.".contains($0) }) else {
                throw .address("its host is no IPv6 address")
            }
        } else if let colon = authority.firstIndex(of: ":") {
            host = authority[..<colon]
            port = try number(authority[authority.index(after: colon)...])
        }
        let isName = host.allSatisfy { $0.isLetter || $0.isNumber || "-._:".contains($0) }
        guard !host.isEmpty, host.utf8.count <= 253, isName else {
            throw .address("its host is no name")
        }
        return (host.lowercased(), port)
    }

    private static func number(_ text: Substring) throws(NetworkError) -> UInt16 {
        guard text.allSatisfy(\.isNumber), let port = UInt16(text), port > 0 else {
            throw .address("its port is not 1...65535")
        }
        return port
    }
}
