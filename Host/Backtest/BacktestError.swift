import RialtoEngine
import RialtoHistory
import RialtoText

/// Everything that keeps a backtest from running, ready to be told.
package struct BacktestError: HouseError, Equatable {
    package let messages: [HouseMessage]

    init(_ messages: [HouseMessage]) { self.messages = messages }

    init(_ message: HouseMessage) { messages = [message] }

    /// The temporary columns of a run could not be kept.
    init(scratch error: HistoryError) {
        messages = [
            HouseMessage(
                "run stopped: " + error.summary,
                details: error.details.map { .init($0.name, $0.value) }, help: error.help ?? "")
        ]
    }
}
