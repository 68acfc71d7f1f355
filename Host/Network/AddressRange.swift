import CCurl
import Glibc

/// An IP address as bytes: 4 or 16 of them.
package struct InternetAddress: Hashable, Sendable {
    /// In network order.
    package let bytes: [UInt8]

    /// Bytes in network order: 4 or 16.
    package init(bytes: [UInt8]) {
        precondition(bytes.count == 4 || bytes.count == 16, "an address has 4 or 16 bytes")
        self.bytes = bytes
    }

    /// Reads digits; nil when they are no address.
    package init?(_ text: String) {
        var four = in_addr(), six = in6_addr()
        if inet_pton(AF_INET, text, &four) == 1 {
            bytes = withUnsafeBytes(of: &four) { Array($0) }
        } else if inet_pton(AF_INET6, text, &six) == 1 {
            bytes = withUnsafeBytes(of: &six) { Array($0) }
        } else {
            return nil
        }
    }

    /// The address in digits.
    package var text: String {
        if bytes.count == 4 { return bytes.map { String($0) }.joined(separator: ".") }
        return stride(from: 0, to: 16, by: 2)
            .map { String(Int(bytes[$0]) << 8 | Int(bytes[$0 + 1]), radix: 16) }
            .joined(separator: ":")
    }

    /// Whether it is this machine.
    package var isLoopback: Bool {
        if let inner { return inner.isLoopback }
        return bytes.count == 4
            ? bytes[0] == 127 : bytes.dropLast().allSatisfy { $0 == 0 } && bytes[15] == 1
    }

    /// Whether it is an address of the public internet.
    ///
    /// - Source: the IANA registries of special-purpose addresses, RFC 6890.
    package var isPublic: Bool {
        if let inner { return inner.isPublic }
        if bytes.count == 16 {
            // 2000::/3 is what is handed out, without documentation, Teredo, ORCHID and others.
            let isSpecial =
                bytes.starts(with: [0x20, 0x01]) && bytes[2] < 2
                || bytes.starts(with: [0x20, 0x01, 0x0D, 0xB8]) || bytes.starts(with: [0x3F, 0xFF])
            return bytes[0] & 0xE0 == 0x20 && !isSpecial
        }
        switch (bytes[0], bytes[1]) {
        case (0, _), (10, _), (127, _), (169, 254), (172, 16...31), (192, 168), (198, 18...19),
            (100, 64...127), (224..., _):
            return false
        case (192, 0): return bytes[2] != 0 && bytes[2] != 2
        case (192, 88): return bytes[2] != 99
        case (198, 51): return bytes[2] != 100
        case (203, 0): return bytes[2] != 113
        default: return true
        }
    }

    /// The IPv4 address within a mapped, compatible, translated or 6to4 address.
    private var inner: InternetAddress? {
        guard bytes.count == 16 else { return nil }
        let zeros = bytes.prefix(10).allSatisfy { $0 == 0 }
        if zeros, bytes[10] == 0xFF, bytes[11] == 0xFF {
            return InternetAddress(bytes: Array(bytes[12...]))
        }
        if bytes.prefix(12).allSatisfy({ $0 == 0 }), bytes[12] != 0 {
            return InternetAddress(bytes: Array(bytes[12...]))
        }
        if bytes.starts(with: [0, 0x64, 0xFF, 0x9B]) {
            return InternetAddress(bytes: Array(bytes[12...]))
        }
        if bytes.starts(with: [0x20, 0x02]) { return InternetAddress(bytes: Array(bytes[2..<6])) }
        return nil
    }
}

/// What names mean, by the system's own resolver.
package enum Resolver {
    /// Returns the addresses of a host, or of an address in digits. Bounded in time by the system's
    /// own settings.
    package static func addresses(of host: String) throws(NetworkError) -> [InternetAddress] {
        if let address = InternetAddress(host) { return [address] }
        var hints = addrinfo(), list: UnsafeMutablePointer<addrinfo>?
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        guard getaddrinfo(host, nil, &hints, &list) == 0 else { throw .unresolved(host: host) }
        defer { freeaddrinfo(list) }
        var found: [InternetAddress] = [], next = list
        while let entry = next?.pointee {
            if let address = address(entry), !found.contains(address) { found.append(address) }
            next = entry.ai_next
        }
        guard !found.isEmpty else { throw .unresolved(host: host) }
        return found
    }

    private static func address(_ entry: addrinfo) -> InternetAddress? {
        guard let place = UnsafeRawPointer(entry.ai_addr) else { return nil }
        switch entry.ai_family {
        case AF_INET:
            let inner = place.loadUnaligned(as: sockaddr_in.self).sin_addr
            return InternetAddress(bytes: withUnsafeBytes(of: inner) { Array($0) })
        case AF_INET6:
            let inner = place.loadUnaligned(as: sockaddr_in6.self).sin6_addr
            return InternetAddress(bytes: withUnsafeBytes(of: inner) { Array($0) })
        default: return nil
        }
    }
}
