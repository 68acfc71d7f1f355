import RialtoText
import RialtoValidator

/// `rialto plugin key` and `rialto plugin certificate`: who says that a library was validated.
enum CertificateCommands {
    static var key: Command {
        Command(
            "key", "make a key that signs certificates",
            discussion:
                "The file is its owner's alone (mode 600) and is never printed; the public key is. "
                + "There is no\nway to get a lost key again.",
            arguments: [Argument("file", .text("FILE"), "where the key is written; a new file")],
            examples: [
                Example("rialto plugin key mine.key", "make a key, and print its public one")
            ]
        ) { invocation, console in
            let path = invocation.required("file")
            let key = try SigningKey.new()
            try key.write(to: path)
            Facts([
                (.init("key"), .text(path)), (.init("public"), .text(key.publicKey.text)),
            ]).print(to: console)
            return .done
        }
    }

    static var certificate: Command {
        Command(
            "certificate", "verify what a certificate says of a library",
            discussion:
                "Its digest, its signature, the library's digest and the versions must be right. "
                + "Without --public\nanybody may have signed it.",
            arguments: [Argument("file", .file([".json"]), "the certificate")],
            options: [
                Option("library", .file([".so"]), "the library that it is about"),
                Option("public", .text("KEY"), "the public key that must have signed it"),
            ],
            examples: [
                Example(
                    "rialto plugin certificate mine.json --library libmine.so",
                    "whether it is about this library")
            ]
        ) { invocation, console in
            guard let library = invocation.text("library") else {
                throw HouseMessage(
                    "--library is missing", help: "name the library: --library FILE",
                    cause: .calledWrongly)
            }
            let read = try ReadCertificate(
                try TextFile.read(invocation.required("file"), limit: ReadCertificate.sizeMax))
            try read.check(
                library: try TextFile.read(library, limit: Validation.sizeMax),
                key: try publicKey(invocation.text("public")))
            Facts([
                (.init("certified"), .text(read.librarySHA256)), (.init("id"), .text(read.id)),
                (.init("version"), .text(read.version)),
                (.init("validator"), .text(read.validator)),
                (.init("signed by"), .text(read.signer?.text ?? "nobody")),
            ]).print(to: console)
            return .done
        }
    }

    private static func publicKey(_ text: String?) throws(HouseMessage) -> PublicKey? {
        guard let text else { return nil }
        guard let key = PublicKey(text) else {
            throw HouseMessage(
                "\(text) is no public key, allowed are 64 digits 0-9 and a-f",
                help: "rialto plugin key prints it", cause: .calledWrongly)
        }
        return key
    }
}
