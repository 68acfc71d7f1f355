import RialtoEngine
import RialtoExecution
import RialtoLedger
import RialtoOrders
import RialtoValues

/// What went over the lines of a run whose messages meet faults.
package struct MessageCounts: Equatable, Sendable {
    package var sent = 0
    package var ignored = 0
    package var heard = 0
    package var unknown = 0
    package var asked = 0
    package var neverCame = 0
    package var settled = 0

    package init() {}
}

/// Replays what a run's host heard of its orders, message by message, and holds it against what the
/// venue did: no order is there twice, nothing is made up, and what is known in the end is true.
package struct MessagesCheck {
    private struct Known {
        let account: Int
        let terms: Order.Terms
        let isForced: Bool
        var hasLeft = false
        var hasReached = false
        var isSettled = false
        var end: VenueReport?
        var executions: [VenueExecution] = []
        var heard: Set<UInt64> = []
    }

    private let hasFaults: Bool
    private var mirrors: [AccountMirror] = []
    private var orders: [Int: Known] = [:]
    /// The order of each fill.
    private var fills: [Int64: (order: Int, execution: VenueExecution)] = [:]
    /// Cash and positions of each account as its last fill left them.
    private var cash: [Int128]
    private var positions: [[Int64]]
    package private(set) var counts = MessageCounts()
    /// What does not hold, in words.
    package private(set) var faults: [String] = []

    package init(_ run: SketchRun) throws(LedgerError) {
        hasFaults = !run.venue.faults.isNone
        cash = run.accounts.map(\.equity)
        positions = run.accounts.map { _ in run.instruments.map { _ in 0 } }
        mirrors = try run.mirrors()
    }

    /// Replays the records of a run; at the end every host asks for what it has missed.
    package mutating func replay(_ outcome: SketchOutcome) throws(LedgerError) {
        guard hasFaults else { return }
        for (kind, r) in outcome.records {
            switch kind {
            case .order: send(r)
            case .orderState: try change(r)
            case .fill: try fill(r)
            case .message: try read(r)
            default: break
            }
        }
        try settle()
    }

    // MARK: The venue

    private mutating func send(_ r: [Int64]) {
        let number = Int(r[1]), account = Int(r[2])
        let terms = Order.Terms(
            instrument: Int(r[5]), side: r[6] & 255 == 1 ? .buy : .sell,
            type: OrderType(rawValue: UInt8(r[6] >> 8 & 255)) ?? .market,
            timeInForce: .goodTillCancel, isPostOnly: false, isReduceOnly: false, quantity: r[7],
            price: r[8], trigger: r[9], expires_ns: 0)
        let purpose = OrderPurpose(rawValue: UInt8(r[4])) ?? .explicit
        if orders[number] != nil { faults.append("order \(number) was sent twice") }
        orders[number] = Known(
            account: account, terms: terms, isForced: purpose.isForced)
        mirrors[account].sent(Order(purpose: purpose, terms: terms), number: number, book: 1)
    }

    private mutating func change(_ r: [Int64]) throws(LedgerError) {
        let number = Int(r[1])
        guard let order = orders[number] else { return }
        let report: VenueReport?
        switch OrderState(rawValue: UInt8(r[2])) {
        case .accepted: report = .accepted
        case .canceled: report = .canceled
        case .expired: report = .expired
        case .rejected: report = .rejected
        default: report = nil
        }
        guard let report else { return }
        if report == .accepted {
            if !order.hasReached, !order.isForced {
                faults.append("order \(number) works and has not reached the venue")
            }
        } else {
            if order.end != nil { faults.append("order \(number) ended twice") }
            orders[number]?.end = report
        }
        if order.isForced { try mirrors[order.account].hear(report, on: number) }
    }

    private mutating func fill(_ r: [Int64]) throws(LedgerError) {
        let number = Int(r[3]), account = Int(r[4])
        let execution = VenueExecution(
            id: UInt64(r[2]) + 1, price: r[7], quantity: r[8], fee: joined(low: r[9], high: r[10]))
        fills[r[2]] = (number, execution)
        cash[account] = joined(low: r[12], high: r[13])
        positions[account][Int(r[5])] = r[11]
        guard let order = orders[number] else { return }
        orders[number]?.executions.append(execution)
        if order.isForced {
            try mirrors[account].hear(.execution(execution), on: number)
        } else if !order.hasReached {
            faults.append("order \(number) filled and has not reached the venue")
        }
    }

    // MARK: The host

    private mutating func read(_ r: [Int64]) throws(LedgerError) {
        let number = Int(r[1])
        guard let order = orders[number], let event = MessageEvent(rawValue: r[2]) else {
            return faults.append("a message about order \(number), which never was")
        }
        switch event {
        case .sent:
            counts.sent += 1
            if order.hasLeft { faults.append("order \(number) left twice") }
            orders[number]?.hasLeft = true
        case .reached:
            if order.hasReached { faults.append("order \(number) came to the venue twice") }
            orders[number]?.hasReached = true
        case .ignored: counts.ignored += 1
        case .heard:
            counts.heard += 1
            try hear(r, number, order)
        case .unknown:
            counts.unknown += 1
            mirrors[order.account].unanswered(number)
        case .asked: counts.asked += 1
        case .neverCame:
            counts.neverCame += 1
            if order.hasReached { faults.append("order \(number) came, and is taken as lost") }
            try mirrors[order.account].hear(.rejected, on: number)
        case .settled:
            counts.settled += 1
            settled(number, order)
        }
    }

    private mutating func hear(
        _ r: [Int64], _ number: Int, _ order: Known
    ) throws(LedgerError) {
        if order.isSettled { faults.append("order \(number) was heard of after its end") }
        switch r[3] {
        case 1: try mirrors[order.account].hear(.accepted, on: number)
        case 2:
            guard let end = order.end else {
                return faults.append("the end of order \(number) was made up")
            }
            try mirrors[order.account].hear(end, on: number)
        case 3:
            guard let fill = fills[r[4]], fill.order == number else {
                return faults.append("fill \(r[4]) of order \(number) was made up")
            }
            if orders[number]?.heard.insert(fill.execution.id).inserted != true {
                faults.append("fill \(r[4]) was told twice")
            }
            try mirrors[order.account].hear(.execution(fill.execution), on: number)
        case 4: try mirrors[order.account].hear(.canceled, on: number)
        default: break
        }
    }

    /// What is given back is known to be done, and given back once.
    private mutating func settled(_ number: Int, _ order: Known) {
        if order.isSettled { faults.append("order \(number) was settled twice") }
        orders[number]?.isSettled = true
        if order.heard.count != order.executions.count {
            faults.append("order \(number) was settled with fills missing")
        }
        let known = mirrors[order.account].state(of: number)
        if known?.isTerminal != true {
            faults.append("order \(number) was settled as \(known.map { "\($0)" } ?? "nothing")")
        }
    }

    // MARK: The end

    /// Every order is asked for; then hosts and venue agree to the last unit.
    private mutating func settle() throws(LedgerError) {
        for (number, order) in orders.sorted(by: { $0.key < $1.key }) {
            let isKnown = order.hasReached || order.isForced || order.end == .canceled
            guard isKnown else { continue }
            try mirrors[order.account].reconcile(
                VenueOrderState(end: order.end, isKnown: true, executions: order.executions),
                on: number)
        }
        for (account, mirror) in mirrors.enumerated() {
            if mirror.ledger.account.cash != cash[account]
                || mirror.ledger.account.positions.map(\.quantity) != positions[account]
            {
                faults.append("account \(account): what the host heard is not what the venue did")
            }
            if !mirror.contradicted.isEmpty {
                faults.append("orders \(mirror.contradicted) are contradictory")
            }
        }
    }
}
