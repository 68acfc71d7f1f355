/// What a check came to, with one line of what was found.
package enum Outcome: Equatable, Sendable {
    case passed(String)
    case failed(String)
    /// It was not made: why.
    case skipped(String)

    /// `pass`, `fail` or `skip`.
    package var word: String {
        switch self {
        case .passed: "pass"
        case .failed: "fail"
        case .skipped: "skip"
        }
    }

    package var finding: String {
        switch self {
        case .passed(let text), .failed(let text), .skipped(let text): text
        }
    }
}

/// One of the validator's checks.
package struct Check: Sendable {
    /// When it is made: what it needs of the plugin.
    package enum Stage: String, Sendable {
        case file, load, life, batch, state, replay, calls, exchange
    }

    /// Its number for ever; 1...44 are those of the specification.
    package let number: Int
    package let stage: Stage
    /// What must be true, as a sentence without a subject: `exports one function`.
    package let title: String
    /// Why it matters.
    package let reason: String
    /// The smallest thing that fails it.
    package let reproduction: String
    /// What an author does about it.
    package let fix: String

    init(
        _ number: Int, _ stage: Stage, _ title: String, reason: String, reproduction: String,
        fix: String
    ) {
        self.number = number
        self.stage = stage
        self.title = title
        self.reason = reason
        self.reproduction = reproduction
        self.fix = fix
    }

    /// Its name: `V01`...
    package var name: String { number < 10 ? "V0\(number)" : "V\(number)" }

    /// Every check, in the order in which they are made.
    package static var all: [Check] { ofFile + ofLoading + ofInstances }

    /// The check of a name such as `V07`, `v7` or `7`.
    package static func named(_ name: String) -> Check? {
        let digits = name.uppercased().hasPrefix("V") ? name.dropFirst() : name[...]
        return Int(digits).flatMap { number in all.first { $0.number == number } }
    }
}
