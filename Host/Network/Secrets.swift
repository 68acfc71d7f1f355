import Foundation

/// A key that only the host knows. Its description never shows it.
package struct Secret: Sendable, CustomStringConvertible, CustomReflectable {
    package let name: String
    /// Hosts that it may be sent to, lower case.
    package let hosts: [String]
    private let value: String

    /// - Parameter value: 8...4096 visible ASCII characters.
    package init(name: String, value: String, hosts: [String]) throws(NetworkError) {
        guard (8...4096).contains(value.utf8.count),
            value.utf8.allSatisfy({ (0x21...0x7E).contains($0) })
        else { throw .request("the secret \(name) is not 8...4096 visible characters") }
        self.name = name
        self.value = value
        self.hosts = hosts
    }

    package var description: String { "secret \(name)" }

    package var customMirror: Mirror { Mirror(self, children: []) }

    fileprivate var bytes: [UInt8] { Array(value.utf8) }

    fileprivate func filled(_ text: String, at range: Range<String.Index>) -> String {
        text.replacingCharacters(in: range, with: value)
    }
}

/// The secrets of one run.
package struct Secrets: Sendable {
    private let list: [Secret]

    package init(_ list: [Secret]) { self.list = list }

    /// Returns headers with every `{{name}}` filled in.
    ///
    /// - Throws: ``NetworkError/secret(name:host:)`` when a name is unknown or is not for `host`.
    func filled(
        _ headers: [HTTPRequest.Header], for host: String
    ) throws(NetworkError) -> [HTTPRequest.Header] {
        var filled: [HTTPRequest.Header] = []
        for header in headers {
            var value = header.value
            if let place = Secrets.placeholder(in: value) {
                guard
                    let secret = list.first(where: {
                        $0.name == place.name && $0.hosts.contains(host)
                    })
                else { throw .secret(name: String(place.name.prefix(64)), host: host) }
                value = secret.filled(value, at: place.range)
            }
            filled.append(HTTPRequest.Header(header.name, value))
        }
        return filled
    }

    /// Replaces secrets that the other side sent back by their placeholders.
    func scrubbed(_ bytes: [UInt8]) -> [UInt8] {
        list.reduce(bytes) { bytes, secret in
            let value = secret.bytes
            var out: [UInt8] = [], at = 0
            while at < bytes.count {
                if bytes[at] == value[0], bytes[at...].starts(with: value) {
                    out += "{{\(secret.name)}}".utf8
                    at += value.count
                } else {
                    out.append(bytes[at])
                    at += 1
                }
            }
            return out
        }
    }

    private static func placeholder(
        in text: String
    ) -> (name: String, range: Range<String.Index>)? {
        guard let open = text.firstRange(of: "{{"),
            let close = text[open.upperBound...].firstRange(of: "}}")
        else { return nil }
        return (
            String(text[open.upperBound..<close.lowerBound]), open.lowerBound..<close.upperBound
        )
    }
}
