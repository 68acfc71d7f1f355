import Foundation
import RialtoPluginHost
import RialtoTestSupport
import RialtoText
import RialtoValidator
import Testing

/// A file that is validated by its static checks alone: no plugin is needed for a certificate.
private func certified(
    in folder: ScratchFolder, bytes: [UInt8] = Array("no library".utf8)
) throws -> (validation: Validation, path: String, bytes: [UInt8]) {
    let path = folder.path + "/lib.so"
    try Data(bytes).write(to: URL(fileURLWithPath: path))
    let every = Set(Check.all.map(\.number))
    let validation = try Validation(
        path: path, without: every, settings: try PluginProbe.standardSettings())
    return (validation, path, bytes)
}

private func reason(_ body: () throws -> Void) -> String {
    do { try body() } catch let error as HouseMessage { return error.summary } catch { return "?" }
    return ""
}

@Suite struct `A signing key` {
    @Test func `signs as RFC 8032 says`() throws {
        let seed = try #require(
            Hex.bytes(
                "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb", count: 32))
        let key = try SigningKey(seed: seed)
        #expect(
            key.publicKey.text
                == "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c")
        #expect(
            Hex.text(try key.signature(of: [0x72]))
                == "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
                + "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00")
    }

    @Test func `is its owner's alone, is read again, and is never written over`() throws {
        let scratch = try ScratchFolder()
        let path = scratch.path + "/mine.key"
        let key = try SigningKey.new()
        try key.write(to: path)
        let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions]
        #expect(mode as? Int == 0o600)
        #expect(try SigningKey.read(path).publicKey == key.publicKey)
        let other = try SigningKey.new()
        #expect(other.publicKey != key.publicKey)
        #expect(reason { try other.write(to: path) }.contains("never written over"))
        try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: path)
        #expect(reason { _ = try SigningKey.read(path) }.contains("mode 640, allowed is 600"))
        #expect(reason { _ = try SigningKey.read(path + "x") }.contains("there is no key"))
    }

    @Test func `that is damaged is refused, and its text is not told`() throws {
        let scratch = try ScratchFolder()
        let path = scratch.path + "/mine.key"
        try SigningKey.new().write(to: path)
        var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
        bytes[bytes.count - 5] = UInt8(ascii: "x")
        try bytes.write(to: URL(fileURLWithPath: path))
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
        let text = reason { _ = try SigningKey.read(path) }
        #expect(text == "\(path) is no signing key of Rialto")
    }
}

@Suite struct `A certificate` {
    @Test func `is verified with its library and its key`() throws {
        let scratch = try ScratchFolder()
        let made = try certified(in: scratch)
        let key = try SigningKey.new()
        let line = try made.validation.certificate(signedBy: key)
        let read = try ReadCertificate(Array((line + "\n").utf8))
        #expect(read.signer == key.publicKey && read.hasPassed)
        #expect(read.librarySHA256 == SHA256.hex(made.bytes))
        try read.check(library: made.bytes, key: key.publicKey)
        #expect(throws: Never.self) {
            _ = try JSONSerialization.jsonObject(with: Data(line.utf8))
        }
    }

    @Test func `says what does not fit: library, key, or that nobody signed`() throws {
        let scratch = try ScratchFolder()
        let made = try certified(in: scratch)
        let key = try SigningKey.new(), other = try SigningKey.new()
        let signed = try ReadCertificate(
            Array(try made.validation.certificate(signedBy: key).utf8))
        let bare = try ReadCertificate(Array(made.validation.certificate.line.utf8))
        let publicKey = key.publicKey, otherKey = other.publicKey
        #expect(
            reason { try signed.check(library: made.bytes + [0], key: publicKey) }
                .contains("the library's SHA-256 is"))
        #expect(
            reason { try signed.check(library: made.bytes, key: otherKey) }
                .contains("is signed by key \(publicKey.text)"))
        #expect(
            reason { try bare.check(library: made.bytes, key: publicKey) }
                .contains("is not signed"))
        #expect(bare.signer == nil)
        try bare.check(library: made.bytes, key: nil)
    }

    @Test func `is refused wherever one of its bytes was changed`() throws {
        let scratch = try ScratchFolder()
        let made = try certified(in: scratch)
        let bytes = Array(try made.validation.certificate(signedBy: try SigningKey.new()).utf8)
        for place in stride(from: 0, to: bytes.count, by: 7) {
            var changed = bytes
            changed[place] ^= 1
            #expect(throws: HouseMessage.self, "byte \(place)") {
                _ = try ReadCertificate(changed)
            }
        }
        for length in stride(from: 0, to: bytes.count, by: 61) {
            #expect(throws: HouseMessage.self) { _ = try ReadCertificate(Array(bytes[..<length])) }
        }
    }

    @Test func `of any bytes costs an error and no more`() throws {
        let scratch = try ScratchFolder()
        let made = try certified(in: scratch)
        let bytes = Array(made.validation.certificate.line.utf8)
        var random = SystemRandomNumberGenerator()
        for _ in 0..<2000 {
            var changed = bytes
            for _ in 0..<Int.random(in: 1...8, using: &random) {
                let place = Int.random(in: 0..<changed.count, using: &random)
                switch Int.random(in: 0..<3, using: &random) {
                case 0: changed[place] = UInt8.random(in: 0...255, using: &random)
                case 1: changed.remove(at: place)
                default: changed.insert(UInt8.random(in: 0...255, using: &random), at: place)
                }
            }
            if changed != bytes {
                #expect(throws: HouseMessage.self) { _ = try ReadCertificate(changed) }
            }
        }
    }
}
