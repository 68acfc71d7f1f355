/// Where the answers to requests of strategies come from.
package enum RequestMode: String, CaseIterable, Sendable {
    /// From a recording, and from nowhere else.
    case replay
    /// From whoever is asked, and into the recording.
    case record
    /// For live trading.
    case live
}

/// What comes of a request that is not in the recording.
package enum UnknownRequestRule: String, CaseIterable, Sendable {
    /// The run ends.
    case fail
    /// It has no answer: status -2.
    case unanswered
}

/// A key that the host fills in, and never shows.
package struct SecretEntry: Hashable, Sendable {
    /// As in placeholders: `{{name}}`.
    package internal(set) var name = ""
    /// Environment variable that holds it.
    package internal(set) var environment: String?
    /// File that holds it, as written.
    package internal(set) var file: String?
    /// Hosts that it is sent to.
    package internal(set) var hosts: [String] = []
}

/// What a run's strategies may ask over the network.
package struct RequestSettings: Hashable, Sendable {
    package internal(set) var mode = RequestMode.replay
    /// File of the recording, as written.
    package internal(set) var recording = "answers.rec"
    package internal(set) var unknown = UnknownRequestRule.fail
    /// Hosts that may be asked: `name` or `name:port`.
    package internal(set) var hosts: [String] = []
    /// Whether servers of this machine may be asked, without TLS too.
    package internal(set) var allowsLocal = false
    package internal(set) var secrets: [SecretEntry] = []
    /// Of one request, in nanoseconds.
    package internal(set) var timeout: Int64 = 120_000_000_000
    /// Largest body of an answer, in bytes.
    package internal(set) var answerMax: Int64 = 1 << 20
    /// Most requests of one strategy in the run.
    package internal(set) var countMax: Int64 = 10_000

    /// A host of ``hosts`` taken apart; nil when it is none.
    package static func place(_ text: String) -> (host: String, port: UInt16?)? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), let host = parts.first, !host.isEmpty,
            host.utf8.count <= 253,
            host.utf8.allSatisfy({
                (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2D || $0 == 0x2E
            })
        else { return nil }
        guard parts.count == 2 else { return (String(host), nil) }
        guard let port = UInt16(parts[1]), port > 0 else { return nil }
        return (String(host), port)
    }
}
