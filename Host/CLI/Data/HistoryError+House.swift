import RialtoHistory
import RialtoText

extension HistoryError: HouseError {
    package var messages: [HouseMessage] { [house] }

    /// The error as a message; what comes from a file is shown without control characters.
    var house: HouseMessage {
        HouseMessage(
            Cell.printable(summary),
            details: details.map { .init($0.name, Cell.printable($0.value)) },
            help: help ?? "", cause: kind == .option ? .calledWrongly : .failed)
    }
}

/// All that is wrong with how a command was called, told at once.
struct Mistakes: HouseError {
    let messages: [HouseMessage]

    /// Throws what was found, if anything was.
    static func check(_ messages: [HouseMessage]) throws(Mistakes) {
        if !messages.isEmpty { throw Mistakes(messages: messages) }
    }
}

extension HouseMessage {
    /// A message on a command line that cannot be followed.
    static func wrongCall(_ summary: String, help: String = "") -> HouseMessage {
        HouseMessage(summary, help: help, cause: .calledWrongly)
    }
}
