import CCrypto
import Glibc
import RialtoText

/// A key that signs certificates: Ed25519 (RFC 8032), by libcrypto. Its seed is in one file of its
/// owner's, and is never printed.
package struct SigningKey: ~Copyable {
    private let seed: [UInt8]
    /// What others verify with, 32 bytes.
    package let publicKey: PublicKey

    /// A new key from the system's random numbers.
    package static func new() throws(HouseMessage) -> SigningKey {
        guard let context = EVP_PKEY_CTX_new_id(EVP_PKEY_ED25519, nil) else { throw unavailable }
        defer { EVP_PKEY_CTX_free(context) }
        var pair: OpaquePointer?
        guard EVP_PKEY_keygen_init(context) == 1, EVP_PKEY_keygen(context, &pair) == 1,
            let pair
        else { throw unavailable }
        defer { EVP_PKEY_free(pair) }
        var seed = [UInt8](repeating: 0, count: 32), length = 32
        guard EVP_PKEY_get_raw_private_key(pair, &seed, &length) == 1, length == 32 else {
            throw unavailable
        }
        return try SigningKey(seed: seed)
    }

    /// - Parameter seed: 32 bytes.
    package init(seed: [UInt8]) throws(HouseMessage) {
        self.seed = seed
        publicKey = try Self.with(seed) { pair in
            var bytes = [UInt8](repeating: 0, count: 32), length = 32
            return EVP_PKEY_get_raw_public_key(pair, &bytes, &length) == 1 && length == 32
                ? PublicKey(bytes: bytes) : nil
        }
    }

    /// The signature of `message`, 64 bytes.
    package func signature(of message: [UInt8]) throws(HouseMessage) -> [UInt8] {
        try Self.with(seed) { pair in
            guard let context = EVP_MD_CTX_new() else { return nil }
            defer { EVP_MD_CTX_free(context) }
            var bytes = [UInt8](repeating: 0, count: 64), length = 64
            guard EVP_DigestSignInit(context, nil, nil, nil, pair) == 1,
                EVP_DigestSign(context, &bytes, &length, message, message.count) == 1,
                length == 64
            else { return nil }
            return bytes
        }
    }

    private static func with<Value>(
        _ seed: [UInt8], _ body: (OpaquePointer) -> Value?
    ) throws(HouseMessage) -> Value {
        guard seed.count == 32,
            let pair = EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nil, seed, 32)
        else { throw unavailable }
        defer { EVP_PKEY_free(pair) }
        guard let value = body(pair) else { throw unavailable }
        return value
    }

    private static var unavailable: HouseMessage {
        HouseMessage(
            "Ed25519 is not to be had of libcrypto", help: "update libssl3 of the system")
    }

    // MARK: In a file

    private static let head = "rialto signing key 1\n"

    /// Writes the key to a new file that only its owner can read.
    ///
    /// - Throws: ``HouseMessage`` when there is a file already: a key is never written over.
    package func write(to path: String) throws(HouseMessage) {
        let file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard file >= 0 else {
            throw errno == EEXIST
                ? HouseMessage(
                    "\(path) is there already, and a key is never written over",
                    help: "give another path, or move the old key away")
                : HouseMessage(
                    "\(path) cannot be written: \(String(cString: strerror(errno)))",
                    help: "give a path in a folder of your own")
        }
        let text = Array((Self.head + Hex.text(seed) + "\n").utf8)
        let count = Glibc.write(file, text, text.count)
        let isKept = fsync(file) == 0
        close(file)
        guard count == text.count, isKept else {
            unlink(path)
            throw HouseMessage("\(path) could not be written whole", help: "look for free space")
        }
    }

    /// Reads a key that ``write(to:)`` has written and nobody else can read.
    package static func read(_ path: String) throws(HouseMessage) -> SigningKey {
        var status = stat()
        guard stat(path, &status) == 0 else {
            throw HouseMessage(
                "there is no key at \(path)", help: "make one: rialto plugin key \(path)")
        }
        guard status.st_mode & 0o077 == 0 else {
            let mode = String(status.st_mode & 0o777, radix: 8)
            throw HouseMessage(
                "others can read \(path) (mode \(mode), allowed is 600)",
                help: "chmod 600 \(path), and make a new key if others may have read it")
        }
        let text = String(decoding: try TextFile.read(path, limit: 4096), as: UTF8.self)
        guard text.hasPrefix(head), text.hasSuffix("\n"),
            let seed = Hex.bytes(String(text.dropFirst(head.count).dropLast()), count: 32)
        else {
            throw HouseMessage(
                "\(path) is no signing key of Rialto",
                help: "make one: rialto plugin key FILE")
        }
        return try SigningKey(seed: seed)
    }
}

/// What verifies signatures of one ``SigningKey``.
package struct PublicKey: Hashable, Sendable {
    /// 32 bytes.
    package let bytes: [UInt8]

    init(bytes: [UInt8]) { self.bytes = bytes }

    /// - Parameter text: 64 hexadecimal digits.
    package init?(_ text: String) {
        guard let bytes = Hex.bytes(text, count: 32) else { return nil }
        self.bytes = bytes
    }

    /// 64 hexadecimal digits.
    package var text: String { Hex.text(bytes) }

    /// Whether `signature` is this key's of `message`.
    package func verifies(_ signature: [UInt8], of message: [UInt8]) -> Bool {
        guard signature.count == 64,
            let key = EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nil, bytes, 32)
        else { return false }
        defer { EVP_PKEY_free(key) }
        guard let context = EVP_MD_CTX_new() else { return false }
        defer { EVP_MD_CTX_free(context) }
        return EVP_DigestVerifyInit(context, nil, nil, nil, key) == 1
            && EVP_DigestVerify(context, signature, 64, message, message.count) == 1
    }
}

/// Bytes as lower-case hexadecimal digits.
package enum Hex {
    package static func text(_ bytes: [UInt8]) -> String {
        bytes.map { byte in
            let digits = String(byte, radix: 16)
            return byte < 16 ? "0" + digits : digits
        }.joined()
    }

    /// Exactly `count` bytes; nil where the text is no such number of lower-case digits.
    package static func bytes(_ text: String, count: Int) -> [UInt8]? {
        let digits = text.utf8.map { digit -> UInt8 in
            switch digit {
            case 0x30...0x39: digit - 0x30
            case 0x61...0x66: digit - 0x61 + 10
            default: 255
            }
        }
        guard digits.count == 2 * count, !digits.contains(255) else { return nil }
        return (0..<count).map { digits[2 * $0] << 4 | digits[2 * $0 + 1] }
    }
}
