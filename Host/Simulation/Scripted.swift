import RialtoEngine
import RialtoValues

/// One event as a scripted strategy sees it.
package enum SeenEvent {
    case bar(time_ns: Int64, instrument: UInt32, open: Int64, close: Int64)
    case trade(time_ns: Int64, instrument: UInt32, price: Int64)
    case quote(time_ns: Int64, instrument: UInt32, bid: Int64, ask: Int64)
    case delta(time_ns: Int64, instrument: UInt32, price: Int64, quantity: Int64)
    case status(time_ns: Int64, instrument: UInt32, MarketStatus)
    case funding(time_ns: Int64, instrument: UInt32, rate_e9: Int64)
    case order(OrderReport)
    case fill(FillReport)
    case account(AccountReport)
    case timer(TimerReport)
    case response(ResponseReport)

    package var time_ns: Int64 {
        switch self {
        case .bar(let time, _, _, _), .trade(let time, _, _), .quote(let time, _, _, _),
            .delta(let time, _, _, _), .status(let time, _, _), .funding(let time, _, _):
            time
        case .order(let report): report.time_ns
        case .fill(let report): report.time_ns
        case .account(let report): report.time_ns
        case .timer(let report): report.time_ns
        case .response(let report): report.time_ns
        }
    }
}

extension EventBatch {
    /// Entry `index` of the batch.
    package func seen(_ index: Int) -> SeenEvent? {
        let kind = orderKind.map { $0[index] } ?? singleKind
        let row = orderRow.map { Int($0[index]) } ?? index
        switch EventKind(rawValue: kind) {
        case .bars:
            guard let bars else { return nil }
            return .bar(
                time_ns: bars.time_ns[row], instrument: bars.instrument[row], open: bars.open[row],
                close: bars.close[row])
        case .trades:
            guard let trades else { return nil }
            return .trade(
                time_ns: trades.time_ns[row], instrument: trades.instrument[row],
                price: trades.price[row])
        case .quotes:
            guard let quotes else { return nil }
            return .quote(
                time_ns: quotes.time_ns[row], instrument: quotes.instrument[row],
                bid: quotes.bidPrice[row], ask: quotes.askPrice[row])
        case .bookDeltas:
            guard let bookDeltas else { return nil }
            return .delta(
                time_ns: bookDeltas.time_ns[row], instrument: bookDeltas.instrument[row],
                price: bookDeltas.price[row], quantity: bookDeltas.quantity[row])
        case .status:
            guard let status, let state = MarketStatus(rawValue: status.status[row]) else {
                return nil
            }
            return .status(
                time_ns: status.time_ns[row], instrument: status.instrument[row], state)
        case .funding:
            guard let funding else { return nil }
            return .funding(
                time_ns: funding.time_ns[row], instrument: funding.instrument[row],
                rate_e9: funding.rate_e9[row])
        case .ownOrders: return .order(ownOrders[row])
        case .fills: return .fill(fills[row])
        case .account: return .account(account[row])
        case .timers: return .timer(timers[row])
        case .responses: return .response(responses[row])
        default: return nil
        }
    }
}

/// A strategy that decides once for each time group, from what it has read so far, and obeys the
/// contract however its events are cut into batches.
package final class GroupStrategy {
    /// Every event of the group, and where intents go; their row is set afterwards.
    package typealias Decide = ([SeenEvent], inout IntentSink) -> Void

    private let decide: Decide
    private let isOpenLoop: Bool
    private var group: [SeenEvent] = []

    package init(isOpenLoop: Bool, _ decide: @escaping Decide) {
        self.isOpenLoop = isOpenLoop
        self.decide = decide
    }

    /// Its port.
    package func port(kinds: EventKinds, historyRows: Int = 0) -> StrategyPort {
        StrategyPort(kinds: kinds, isOpenLoop: isOpenLoop, historyRows: historyRows) {
            batch, sink in
            self.read(batch, &sink)
        }
    }

    private func read(_ batch: borrowing EventBatch, _ sink: inout IntentSink) -> BatchAnswer {
        for index in 0..<batch.count {
            guard let event = batch.seen(index) else { return .failed("an event is missing") }
            if let last = group.last, last.time_ns > event.time_ns {
                return .failed("time went from \(last.time_ns) to \(event.time_ns)")
            }
            group.append(event)
            let ends =
                index + 1 < batch.count
                ? batch.seen(index + 1)?.time_ns != event.time_ns : !batch.moreFollows
            guard ends else { continue }
            let before = sink.intents.count
            if !batch.isWarmUp { decide(group, &sink) }
            group.removeAll(keepingCapacity: true)
            var stops = false
            for at in before..<sink.intents.count {
                sink.intents[at].row = UInt32(index)
                let kind = sink.intents[at].kind
                if kind.stopsAll || (kind.stops && !isOpenLoop) { stops = true }
            }
            if stops { return .consumed(index + 1) }
        }
        return .consumed(batch.count)
    }
}

/// Bars, trades, quotes, changes of books, and what is told beside them.
private let prices = EventKinds([
    EventKinds(.bars), EventKinds(.trades), EventKinds(.quotes), EventKinds(.bookDeltas),
    EventKinds(.status), EventKinds(.funding),
])

/// A strategy that is given prices and its own events, and decides once for each group.
package func closedLoop(
    historyRows: Int = 0, _ decide: @escaping GroupStrategy.Decide
) -> StrategyPort {
    GroupStrategy(isOpenLoop: false, decide)
        .port(kinds: EventKinds.own.union(prices), historyRows: historyRows)
}

/// A strategy that reads nothing of its own.
package func openLoop(
    historyRows: Int = 0, _ decide: @escaping GroupStrategy.Decide
) -> StrategyPort {
    GroupStrategy(isOpenLoop: true, decide).port(kinds: prices, historyRows: historyRows)
}

/// What is done at the n-th market event, by n from 0: a closed loop that acts by schedule.
package func script(_ steps: [Int: [Intent]], seen: ((SeenEvent) -> Void)? = nil) -> StrategyPort {
    var count = 0
    return closedLoop { group, sink in
        for event in group {
            seen?(event)
            switch event {
            case .bar, .trade, .quote, .delta:
                sink.intents += steps[count] ?? []
                count += 1
            default: break
            }
        }
    }
}

extension Intent {
    /// Wanted position.
    package static func target(
        _ quantity: Int64, instrument: UInt32 = 0, stop: Int64 = 0, takeProfit: Int64 = 0,
        timeStop_ns: Int64 = 0
    ) -> Intent {
        var intent = Intent(kind: .target, row: 0, instrument: instrument, quantity: quantity)
        intent.stopPrice = stop
        intent.takeProfitPrice = takeProfit
        intent.timeStop_ns = timeStop_ns
        return intent
    }

    /// An order of its own. `price` and `trigger` are 0 where the type has none.
    package static func order(
        _ id: UInt64, _ side: Side, _ type: OrderType, _ quantity: Int64, price: Int64 = 0,
        trigger: Int64 = 0, instrument: UInt32 = 0
    ) -> Intent {
        var intent = Intent(kind: .order, row: 0, instrument: instrument, quantity: quantity)
        intent.orderId = id
        intent.side = side
        intent.orderType = type
        intent.price = price
        intent.triggerPrice = trigger
        return intent
    }

    package static func cancel(_ id: UInt64, instrument: UInt32 = 0) -> Intent {
        var intent = Intent(kind: .cancel, row: 0, instrument: instrument, quantity: 0)
        intent.orderId = id
        return intent
    }

    package static func replace(
        _ id: UInt64, quantity: Int64 = 0, price: Int64 = 0, trigger: Int64 = 0,
        instrument: UInt32 = 0
    ) -> Intent {
        var intent = Intent(kind: .replace, row: 0, instrument: instrument, quantity: quantity)
        intent.orderId = id
        intent.price = price
        intent.triggerPrice = trigger
        return intent
    }

    package static func timer(_ id: UInt64, at time_ns: Int64) -> Intent {
        var intent = Intent(kind: .timer, row: 0, instrument: 0, quantity: 0)
        intent.orderId = id
        intent.expireTime_ns = time_ns
        return intent
    }

    /// The same order, with a change.
    package func with(_ change: (inout Intent) -> Void) -> Intent {
        var copy = self
        change(&copy)
        return copy
    }
}
