import RialtoEngine
import RialtoExecution
import RialtoLedger
import RialtoOrders
import RialtoValues

/// Plays the venue's side of a run to hosts that hear of it over a faulty link, and holds what they
/// believe against the truth at every message.
struct LinkSimulation {
    private let run: SketchRun
    private let faults: LinkFaults
    private let valuations: [Valuation]
    private var random: SeededGenerator
    private var queue = LinkQueue()
    private var mirrors: [AccountMirror] = []
    private var truth: [Int: TrueOrder] = [:]
    private var terms: [Int: Order.Terms] = [:]
    /// Executions that each host has heard of, so that the sum can be made anew.
    private var heard: [Set<UInt64>]
    private var cash: [Int128]
    private var lastDelivered = -1
    private var sent = 0
    /// How often each order was asked for.
    private var asks: [Int: Int] = [:]
    private static let asksMax = 8
    private(set) var counts = LinkCounts()
    /// What was found wrong, in words.
    private(set) var findings: [String] = []

    init(_ run: SketchRun, seed: UInt64, faults: LinkFaults) throws(LedgerError) {
        self.run = run
        self.faults = faults
        random = SeededGenerator(seed: seed ^ 0x5EED_0F11)
        valuations = try run.valuations()
        mirrors = try run.mirrors()
        heard = Array(repeating: [], count: run.accounts.count)
        cash = run.accounts.map(\.equity)
    }

    /// Plays all records; afterwards hosts have asked for what they missed.
    mutating func play(_ outcome: SketchOutcome) throws(LedgerError) {
        var now = Int64.min
        for (kind, r) in outcome.records {
            switch kind {
            case .order, .orderState, .fill: now = max(now, r[0])
            default: continue
            }
            try deliver(by: now)
            switch kind {
            case .order: send(r, at: now)
            case .orderState: change(r, at: now)
            default: execute(r, at: now)
            }
        }
        try deliver(by: .max)
        try settle()
        compare()
    }

    // MARK: The venue

    private mutating func send(_ r: [Int64], at now: Int64) {
        let number = Int(r[1]), account = Int(r[2])
        let order = Order.Terms(
            instrument: Int(r[5]), side: r[6] & 255 == 1 ? .buy : .sell,
            type: OrderType(rawValue: UInt8(r[6] >> 8 & 255)) ?? .market,
            timeInForce: TimeInForce(rawValue: UInt8(r[6] >> 16 & 255)) ?? .goodTillCancel,
            isPostOnly: false, isReduceOnly: false, quantity: r[7], price: r[8], trigger: r[9],
            expires_ns: 0)
        truth[number] = TrueOrder(account: account)
        terms[number] = order
        let purpose = OrderPurpose(rawValue: UInt8(r[4])) ?? .explicit
        mirrors[account].sent(Order(purpose: purpose, terms: order), number: number, book: 1)
        queue.add(.timeout(order: number), at: now + faults.patience_ns)
    }

    private mutating func change(_ r: [Int64], at now: Int64) {
        let number = Int(r[1])
        switch OrderState(rawValue: UInt8(r[2])) {
        case .accepted: say(.accepted, number, at: now)
        case .canceled: end(.canceled, number, at: now)
        case .expired: end(.expired, number, at: now)
        case .rejected where draws(faults.vanished_e9):
            counts.vanished += 1
            truth[number]?.isKnown = false
        case .rejected: end(.rejected, number, at: now)
        default: break
        }
    }

    private mutating func end(_ report: VenueReport, _ number: Int, at now: Int64) {
        truth[number]?.end = report
        say(report, number, at: now)
    }

    private mutating func execute(_ r: [Int64], at now: Int64) {
        let execution = VenueExecution(
            id: UInt64(r[2]) + 1, price: r[7], quantity: r[8], fee: joined(low: r[9], high: r[10]))
        truth[Int(r[3])]?.executions.append(execution)
        say(.execution(execution), Int(r[3]), at: now)
    }

    /// Sends a report on its way, or loses it, or sends it twice.
    private mutating func say(_ report: VenueReport, _ number: Int, at now: Int64) {
        counts.messages += 1
        sent += 1
        guard !draws(faults.lost_e9) else {
            counts.lost += 1
            return
        }
        let twice = draws(faults.doubled_e9)
        if twice { counts.doubled += 1 }
        for _ in 0..<(twice ? 2 : 1) {
            queue.add(.report(order: number, report, sent: sent), at: now + way())
        }
    }

    private mutating func draws(_ share_e9: Int64) -> Bool {
        Int64.random(in: 0..<1_000_000_000, using: &random) < share_e9
    }

    private mutating func way() -> Int64 { .random(in: 0...faults.delayMax_ns, using: &random) }

    // MARK: The hosts

    private mutating func deliver(by time: Int64) throws(LedgerError) {
        while let (now, arrival) = queue.pop(by: time) {
            switch arrival {
            case .report(let number, let report, let order):
                if order < lastDelivered { counts.overtaken += 1 }
                lastDelivered = max(lastDelivered, order)
                try hear(report, number)
            case .timeout(let number): ask(number, at: now)
            case .answer(let number, let state): try reconcile(number, state)
            }
        }
    }

    private mutating func hear(_ report: VenueReport, _ number: Int) throws(LedgerError) {
        guard let account = truth[number]?.account else { return }
        note(report, number, account)
        try mirrors[account].hear(report, on: number)
        check(number, account)
    }

    /// Adds an execution to what the sum is made of, once.
    private mutating func note(_ report: VenueReport, _ number: Int, _ account: Int) {
        guard case .execution(let execution) = report, let terms = terms[number],
            heard[account].insert(execution.id).inserted,
            let value = try? valuations[terms.instrument].value(
                price: execution.price, quantity: execution.quantity)
        else { return }
        cash[account] -= Int128(terms.side.sign) * value + execution.fee
    }

    /// Too long without an end: an order that was never answered is unknown, and is asked for. The
    /// question may be lost too, and is asked again, a few times: an order may rest for long.
    private mutating func ask(_ number: Int, at now: Int64) {
        guard let order = truth[number], let state = mirrors[order.account].state(of: number),
            !state.isTerminal, asks[number, default: 0] < Self.asksMax
        else { return }
        asks[number, default: 0] += 1
        if state == .submitted {
            mirrors[order.account].unanswered(number)
            counts.unknown += 1
        }
        counts.asked += 1
        queue.add(.timeout(order: number), at: now + faults.patience_ns)
        guard !draws(faults.lost_e9) else { return }
        queue.add(.answer(order: number, order.state), at: now + way())
    }

    private mutating func reconcile(
        _ number: Int, _ state: VenueOrderState
    ) throws(LedgerError) {
        guard let account = truth[number]?.account else { return }
        for execution in state.executions { note(.execution(execution), number, account) }
        counts.missed += try mirrors[account].reconcile(state, on: number)
        check(number, account)
    }

    /// At the end every order is asked for once, and answered.
    private mutating func settle() throws(LedgerError) {
        for number in truth.keys.sorted() {
            guard let order = truth[number] else { continue }
            try reconcile(number, order.state)
        }
    }

    // MARK: What must hold

    /// After every message: nothing is counted twice, nothing is made up, unknown is not rejected.
    private mutating func check(_ number: Int, _ account: Int) {
        guard let order = truth[number] else { return }
        let mirror = mirrors[account]
        if mirror.ledger.account.cash != cash[account] {
            findings.append("order \(number): cash is not the sum of what was heard")
        }
        if mirror.filled(of: number) > order.filled {
            findings.append("order \(number): more filled than the venue did")
        }
        if mirror.state(of: number) == .rejected, order.isKnown, order.end != .rejected {
            findings.append("order \(number): taken as rejected, and the venue has it")
        }
        if !mirror.contradicted.isEmpty {
            findings.append("orders \(mirror.contradicted): contradictory, and the venue was not")
        }
    }

    /// At the end hosts and venue agree to the last unit.
    private mutating func compare() {
        for index in mirrors.indices {
            var total = Total(
                cash: run.accounts[index].equity,
                quantities: Array(repeating: 0, count: run.instruments.count))
            for (number, order) in truth where order.account == index {
                guard let terms = terms[number] else { continue }
                for execution in order.executions { add(execution, terms, to: &total) }
            }
            let held = mirrors[index].ledger.account
            if held.cash != total.cash || held.fees != total.fees
                || held.positions.map(\.quantity) != total.quantities
            {
                findings.append("account \(index): the host's books are not the venue's")
            }
        }
        for (number, order) in truth.sorted(by: { $0.key < $1.key }) {
            let state = mirrors[order.account].state(of: number)
            if state != expected(order, terms[number]) {
                findings.append("order \(number): \(state.map { "\($0)" } ?? "nothing") at the end")
            }
        }
    }

    /// What an account must have at the end.
    private struct Total {
        var cash: Int128
        var fees: Int128 = 0
        var quantities: [Int64]
    }

    private func add(_ execution: VenueExecution, _ terms: Order.Terms, to total: inout Total) {
        let value = try? valuations[terms.instrument].value(
            price: execution.price, quantity: execution.quantity)
        guard let value else { return }
        total.cash -= Int128(terms.side.sign) * value + execution.fee
        total.fees += execution.fee
        total.quantities[terms.instrument] += terms.side.sign * execution.quantity
    }

    private func expected(_ order: TrueOrder, _ terms: Order.Terms?) -> OrderState {
        if !order.isKnown { return .rejected }
        if order.filled == terms?.quantity { return .filled }
        switch order.end {
        case .rejected: return .rejected
        case .canceled: return .canceled
        case .expired: return .expired
        default: return order.filled > 0 ? .partlyFilled : .accepted
        }
    }
}
