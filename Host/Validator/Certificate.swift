import RialtoPluginHost
import RialtoText

extension Validation {
    /// What was found, for others to compare with their own: digests, versions and every result.
    /// The last member is the digest of all others.
    package var certificate: JSON {
        let members: [JSON.Member] = [
            .init("certificate", .integer(1)),
            .init("library_sha256", .text(digest)),
            .init("id", .text(note?.id ?? "")),
            .init("version", .text(note?.version ?? "")),
            .init("validator", .text(Self.version)),
            .init("host", .text(HostABI.version)),
            .init("host_abi", .text(HostABI.current.text)),
            .init("passed", .flag(hasPassed)),
            .init("checks", .list(results.map(\.json))),
        ]
        let digest = SHA256.hex(Array(JSON.object(members).line.utf8))
        return .object(members + [.init("certificate_sha256", .text(digest))])
    }

    /// The certificate as one line, with two members more: the public key, and the signature of the
    /// line without itself.
    package func certificate(signedBy key: borrowing SigningKey) throws(HouseMessage) -> String {
        let named = certificate.line.dropLast() + ",\"public_key\":\"\(key.publicKey.text)\"}"
        let signature = try key.signature(of: Array(named.utf8))
        return named.dropLast() + ",\"signature\":\"\(Hex.text(signature))\"}"
    }
}

extension Validation.Result {
    /// One line for programs.
    package var json: JSON {
        .object([
            .init("check", .text(check.name)), .init("title", .text(check.title)),
            .init("result", .text(outcome.word)), .init("finding", .text(outcome.finding)),
        ])
    }
}

/// A certificate as it was read: its own digest is right, and its signature, if it has one.
package struct ReadCertificate: Equatable, Sendable {
    /// SHA-256 of the library that was validated.
    package let librarySHA256: String
    package let id: String
    package let version: String
    /// Version of the checks.
    package let validator: String
    package let host: String
    /// Of the host that validated, such as `0.1`.
    package let hostABI: String
    package let hasPassed: Bool
    /// Whose signature it carries; nil for none.
    package let signer: PublicKey?

    /// Most bytes of a certificate.
    package static let sizeMax = 1 << 20

    /// Reads the bytes of a certificate, which may be anybody's.
    ///
    /// - Throws: ``HouseMessage`` when they have not its form, were changed, or are signed wrongly.
    package init(_ bytes: [UInt8]) throws(HouseMessage) {
        guard bytes.count <= Self.sizeMax else {
            throw Self.formless("it has \(bytes.count) bytes, allowed are \(Self.sizeMax)")
        }
        var line = bytes[...]
        if line.last == 0x0A { line = line.dropLast() }
        signer = try Self.takeSignature(&line)
        try Self.checkDigest(line)
        var head = Head(line)
        try head.expect("{\"certificate\":1")
        librarySHA256 = try head.text("library_sha256")
        id = try head.text("id")
        version = try head.text("version")
        validator = try head.text("validator")
        host = try head.text("host")
        hostABI = try head.text("host_abi")
        hasPassed = try head.flag("passed")
        try head.expect(",\"checks\":[")
        guard Hex.bytes(librarySHA256, count: 32) != nil else {
            throw Self.formless("library_sha256 is no SHA-256")
        }
    }

    fileprivate static func formless(_ why: String) -> HouseMessage {
        HouseMessage(
            "this is no certificate of Rialto: \(why)",
            help: "write one: rialto plugin validate FILE --certificate OUT")
    }

    /// Takes a last member of `count` bytes in hexadecimal digits off; nil where there is none.
    private static func take(
        _ name: String, _ count: Int, _ line: inout ArraySlice<UInt8>
    )
        -> [UInt8]?
    {
        let front = Array(",\"\(name)\":\"".utf8), back = Array("\"}".utf8)
        let size = front.count + 2 * count + back.count
        guard line.count > size else { return nil }
        let tail = line.suffix(size)
        guard tail.starts(with: front), tail.suffix(2).elementsEqual(back) else { return nil }
        let digits = tail.dropFirst(front.count).dropLast(back.count)
        guard let bytes = Hex.bytes(String(decoding: digits, as: UTF8.self), count: count) else {
            return nil
        }
        line = line.dropLast(size) + back.suffix(1)
        return bytes
    }

    private static func takeSignature(
        _ line: inout ArraySlice<UInt8>
    ) throws(HouseMessage) -> PublicKey? {
        guard let signature = take("signature", 64, &line) else { return nil }
        let signed = Array(line)
        guard let key = take("public_key", 32, &line).map({ PublicKey(bytes: $0) }) else {
            throw formless("it is signed and names no key")
        }
        guard key.verifies(signature, of: signed) else {
            throw HouseMessage(
                "the signature is not that of key \(key.text)",
                help: "the certificate was changed: ask its author for it again")
        }
        return key
    }

    private static func checkDigest(_ line: ArraySlice<UInt8>) throws(HouseMessage) {
        var rest = line
        guard let said = take("certificate_sha256", 32, &rest) else {
            throw formless("its last member is no certificate_sha256")
        }
        let found = SHA256.hex(Array(rest))
        guard found == Hex.text(said) else {
            throw HouseMessage(
                "the certificate was changed: its SHA-256 is \(found), it says \(Hex.text(said))",
                help: "ask its author for it again, or validate the library yourself")
        }
    }

    // MARK: What it stands for

    /// Checks that it is about `library`, was passed, and is signed by `key` if one is trusted.
    ///
    /// - Throws: ``HouseMessage`` with what differs.
    package func check(library: [UInt8], key: PublicKey?) throws(HouseMessage) {
        let digest = SHA256.hex(library)
        guard digest == librarySHA256 else {
            throw HouseMessage(
                "the library's SHA-256 is \(digest), certified is \(librarySHA256)",
                help: "it is another build: rialto plugin validate it")
        }
        if let key { try check(signer: key) }
        guard hasPassed else {
            throw HouseMessage(
                "the library did not pass: the certificate names the checks that failed",
                help: "look for \"result\":\"fail\" in it, and read rialto explain V..")
        }
        guard validator == Validation.version, hostABI == HostABI.current.text else {
            throw HouseMessage(
                "it was made by validator \(validator) for ABI \(hostABI), this is "
                    + "\(Validation.version) for ABI \(HostABI.current.text)",
                help: "validate it again: rialto plugin validate FILE")
        }
    }

    private func check(signer key: PublicKey) throws(HouseMessage) {
        guard let signer else {
            throw HouseMessage(
                "the certificate is not signed, expected is key \(key.text)",
                help: "its author signs with: rialto plugin validate FILE --sign KEYFILE")
        }
        guard signer == key else {
            throw HouseMessage(
                "the certificate is signed by key \(signer.text), expected is \(key.text)",
                help: "ask its author which key is theirs, by another way than this file")
        }
    }
}

/// The members of a certificate before its checks: fixed names in a fixed order.
private struct Head {
    private var rest: ArraySlice<UInt8>

    init(_ line: ArraySlice<UInt8>) { rest = line }

    mutating func expect(_ text: String) throws(HouseMessage) {
        guard rest.starts(with: text.utf8) else {
            throw ReadCertificate.formless("\(text) is not at its place")
        }
        rest = rest.dropFirst(text.utf8.count)
    }

    /// A text of at most 256 printable bytes, without escapes.
    mutating func text(_ name: String) throws(HouseMessage) -> String {
        try expect(",\"\(name)\":\"")
        let value = rest.prefix(257).prefix { $0 != 0x22 }
        guard value.count <= 256, value.count < rest.count,
            value.allSatisfy({ (0x20..<0x7F).contains($0) && $0 != 0x5C })
        else { throw ReadCertificate.formless("\(name) is no short text") }
        rest = rest.dropFirst(value.count + 1)
        return String(decoding: value, as: UTF8.self)
    }

    mutating func flag(_ name: String) throws(HouseMessage) -> Bool {
        try expect(",\"\(name)\":")
        let isTrue = rest.starts(with: "true".utf8)
        try expect(isTrue ? "true" : "false")
        return isTrue
    }
}
