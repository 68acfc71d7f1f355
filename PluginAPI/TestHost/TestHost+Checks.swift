import CRialtoDraft
import RialtoKit

/// What the contract asks of every answer.
extension TestHost {
    /// A call reads at least one entry, no more than there are, and no group in part.
    func checkConsumed(_ consumed: Int, _ events: ArraySlice<TestEvent>) throws(TestFailure) {
        guard consumed > 0, consumed <= events.count else {
            throw .contract("\(consumed) entries read of \(events.count)")
        }
        let next = events.startIndex + consumed
        guard next == events.endIndex || events[next].time_ns != events[next - 1].time_ns else {
            throw .contract("it stopped after entry \(consumed), within a time group")
        }
    }

    /// A strategy stops where it acted, and only there or when its output is full.
    func check(
        _ answer: StrategyAnswer, _ events: ArraySlice<TestEvent>, room: Int, textRoom: Int,
        warmUp: Bool
    ) throws(TestFailure) {
        guard answer.rows == answer.rows.sorted() else {
            throw .contract("intents are not in the order of their rows")
        }
        let ending = answer.intents.filter {
            $0.stops
                && (!isOpenLoop || $0.kind == RIALTO_INTENT_TIMER
                    || $0.kind == RIALTO_INTENT_REQUEST)
        }
        guard !warmUp || !answer.intents.contains(where: \.stops) else {
            throw .contract("it acted on history")
        }
        let lastTime = events[events.startIndex + answer.consumed - 1].time_ns
        guard ending.allSatisfy({ $0.time_ns == lastTime }) else {
            throw .contract("it read on after the time group in which it acted")
        }
        let isFull =
            answer.intents.count + Int(groupMax) > room || answer.textCount * 2 > textRoom
        guard answer.consumed == events.count || !ending.isEmpty || isFull else {
            throw .contract("it stopped after entry \(answer.consumed) for no reason")
        }
        for intent in answer.intents { try check(intent) }
    }

    /// The fields of an intent that its kind names are in range.
    private func check(_ intent: TestIntent) throws(TestFailure) {
        let isValid =
            switch intent.kind {
            case RIALTO_INTENT_TARGET: intent.stop >= 0 && intent.takeProfit >= 0
            case RIALTO_INTENT_ORDER:
                intent.orderId > 0 && intent.quantity > 0 && intent.price >= 0
                    && intent.trigger >= 0
                    && (intent.side == RIALTO_BUY || intent.side == RIALTO_SELL)
                    && (1...5).contains(intent.orderType)
            case RIALTO_INTENT_CANCEL, RIALTO_INTENT_REPLACE: intent.orderId > 0
            case RIALTO_INTENT_TIMER: intent.orderId > 0 && intent.expires_ns > 0
            case RIALTO_INTENT_REQUEST: intent.orderId > 0 && intent.expires_ns >= 0
            case RIALTO_INTENT_LOG: (1...4).contains(intent.reason)
            case RIALTO_INTENT_SET: !intent.key.isEmpty
            default: intent.kind == RIALTO_INTENT_NOTE
            }
        guard isValid else { throw .contract("a field is out of range: \(intent)") }
    }

    /// The fields of a forecast are in range.
    func check(_ forecast: rialto_forecast_t) throws(TestFailure) {
        if UInt32(forecast.kind) == RIALTO_FORECAST_SERIES {
            guard forecast.value.isFinite, Int(forecast.series) < publishes.count else {
                throw .contract("a field is out of range: \(forecast)")
            }
            return
        }
        let isProbability = UInt32(forecast.kind) == RIALTO_FORECAST_PROBABILITY_UP
        let isTarget = UInt32(forecast.kind) == RIALTO_FORECAST_TARGET
        guard (1...4).contains(forecast.kind), forecast.horizon_ns > 0,
            (0...1).contains(forecast.confidence), forecast.value.isFinite,
            forecast.deviation >= 0, forecast.deviation.isFinite,
            !isProbability || (0...1).contains(forecast.value),
            !isTarget || (-1...1).contains(forecast.value)
        else { throw .contract("a field is out of range: \(forecast)") }
    }
}
