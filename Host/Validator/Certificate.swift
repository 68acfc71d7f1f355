import RialtoPluginHost
import RialtoText

extension Validation {
    /// What was found, for others to compare with their own: digests, versions and every result.
    /// It is not signed; its digest is that of all its other members.
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
