import RialtoEngine
import RialtoText

/// Everything that keeps a backtest from running, ready to be told.
package struct BacktestError: HouseError, Equatable {
    package let messages: [HouseMessage]

    init(_ messages: [HouseMessage]) { self.messages = messages }

    init(_ message: HouseMessage) { messages = [message] }
}
