/// What a person reads when something fails: what failed, on which thing, and the next step.
///
///     error: order refused: quantity 0.0004 BTC is below the venue's minimum of 0.001 BTC
///       venue: paper   instrument: BTC/EUR
///       help: raise the quantity, or set risk.round = "up"
package struct HouseMessage: Error, Hashable, Sendable {
    /// A name and a value of the thing that failed.
    package struct Detail: Hashable, Sendable {
        package let name: String
        package let value: String

        package init(_ name: String, _ value: String) {
            self.name = name
            self.value = value
        }
    }

    /// Whether the work failed (exit status 1) or was asked for wrongly (exit status 2).
    package enum Cause: Int32, Hashable, Sendable {
        case failed = 1
        case calledWrongly = 2
    }

    /// What failed, with what was found and what is allowed; lower case, no full stop.
    package let summary: String
    package let details: [Detail]
    /// The next step; empty when there is none to offer.
    package let help: String
    package let cause: Cause

    package init(
        _ summary: String, details: [Detail] = [], help: String = "", cause: Cause = .failed
    ) {
        self.summary = summary
        self.details = details
        self.help = help
        self.cause = cause
    }

    /// The message as lines without a line end, the first one headed by `error: `.
    package var lines: [String] {
        var lines = ["error: " + summary]
        if !details.isEmpty {
            lines.append("  " + details.map { "\($0.name): \($0.value)" }.joined(separator: "   "))
        }
        if !help.isEmpty { lines.append("  help: " + help) }
        return lines
    }

    /// The same facts for a program.
    package var json: JSON {
        var members: [JSON.Member] = [.init("error", .text(summary))]
        members += details.map { JSON.Member($0.name, .text($0.value)) }
        if !help.isEmpty { members.append(.init("help", .text(help))) }
        return .object(members)
    }
}

/// An error that can be told to a person; a file of many mistakes tells all of them.
package protocol HouseError: Error {
    /// One or more messages, in the order in which a person would mend them.
    var messages: [HouseMessage] { get }
}

extension HouseMessage: HouseError {
    package var messages: [HouseMessage] { [self] }
}

extension Error {
    /// What to tell a person: the error's own messages, or its description where it has none.
    package var houseMessages: [HouseMessage] {
        if let known = self as? any HouseError { return known.messages }
        return [HouseMessage("unexpected failure: \(self)")]
    }
}
