import RialtoLedger
import RialtoOrders
import RialtoValues

/// Something that a venue says of one order. `id` is the venue's own and the same each time it is
/// said.
package enum VenueReport: Equatable, Sendable {
    case accepted
    case rejected
    case canceled
    case expired
    case execution(VenueExecution)
}

/// One execution of an order, as the venue books it.
package struct VenueExecution: Equatable, Sendable {
    /// Unique within the venue.
    package let id: UInt64
    package let price: Int64
    package let quantity: Int64
    /// In units of 10^-18; below 0 a rebate.
    package let fee: Int128

    package init(id: UInt64, price: Int64, quantity: Int64, fee: Int128) {
        self.id = id
        self.price = price
        self.quantity = quantity
        self.fee = fee
    }
}

/// What a venue knows of one order, asked for at once.
package struct VenueOrderState: Equatable, Sendable {
    /// The last thing that happened to it besides executions; nil when the venue never got it.
    package let end: VenueReport?
    package let isKnown: Bool
    package let executions: [VenueExecution]

    package init(end: VenueReport?, isKnown: Bool, executions: [VenueExecution]) {
        self.end = end
        self.isKnown = isKnown
        self.executions = executions
    }
}

/// An account as its host knows it from reports alone: they may be lost, doubled, late or out of
/// order, and the books never count anything twice.
///
/// An order without an answer is unknown: it keeps what it set aside until the venue was asked.
/// Whatever order the reports came in, once everything was heard or asked for, cash, fees and
/// positions are the venue's to the last unit.
package struct AccountMirror: Sendable {
    private struct Entry: Sendable {
        var order: TrackedOrder
        let book: Int
    }

    package private(set) var ledger: AccountLedger
    private var entries: [Int: Entry] = [:]
    /// Reports that told nothing new.
    package private(set) var repeated = 0
    /// Reports on orders that were never sent from here.
    package private(set) var strangers = 0

    package init(ledger: AccountLedger) { self.ledger = ledger }

    /// An order leaves for the venue. `number` is the host's own, never used twice.
    ///
    /// - Parameter book: Of the instance that it serves first.
    package mutating func sent(_ order: Order, number: Int, book: Int) {
        precondition(entries[number] == nil, "an order's number is never used twice")
        entries[number] = Entry(order: TrackedOrder(order), book: book)
    }

    /// No answer came in time.
    package mutating func unanswered(_ number: Int) { entries[number]?.order.apply(.unanswered) }

    /// A report on an order has come in.
    ///
    /// - Throws: ``LedgerError`` when a sum does not fit; the books are unchanged then.
    package mutating func hear(_ report: VenueReport, on number: Int) throws(LedgerError) {
        guard let entry = entries[number] else {
            strangers += 1
            return
        }
        let before = entry.order
        switch report {
        case .accepted: entries[number]?.order.apply(.accepted)
        case .rejected: entries[number]?.order.apply(.rejected)
        case .canceled: entries[number]?.order.apply(.canceled)
        case .expired: entries[number]?.order.apply(.expired)
        case .execution(let execution): try book(execution, number, entry)
        }
        if entries[number]?.order == before { repeated += 1 }
    }

    private mutating func book(
        _ execution: VenueExecution, _ number: Int, _ entry: Entry
    ) throws(LedgerError) {
        var order = entry.order
        let isNew = order.apply(
            execution: execution.id, price: execution.price, quantity: execution.quantity)
        if isNew {
            let terms = order.order.terms
            try ledger.apply(
                LedgerFill(
                    instrument: terms.instrument, side: terms.side, price: execution.price,
                    quantity: execution.quantity, fee: execution.fee), book: entry.book)
        }
        entries[number]?.order = order
    }

    /// The venue was asked about an order: whatever was missed is made up for.
    ///
    /// That it does not know the order settles it only when the order can no longer arrive: ask
    /// after the time that its message was good for.
    ///
    /// - Returns: How many reports had been missed.
    @discardableResult
    package mutating func reconcile(
        _ truth: VenueOrderState, on number: Int
    ) throws(LedgerError) -> Int {
        let before = repeated
        guard truth.isKnown, truth.end != .rejected else {
            try hear(.rejected, on: number)
            return repeated == before ? 1 : 0
        }
        var asked = 1
        try hear(.accepted, on: number)
        for execution in truth.executions {
            asked += 1
            try hear(.execution(execution), on: number)
        }
        if let end = truth.end {
            asked += 1
            try hear(end, on: number)
        }
        return asked - (repeated - before)
    }

    /// Numbers of the orders whose end is not known, rising.
    package var open: [Int] {
        entries.filter { !$0.value.order.state.isTerminal }.keys.sorted()
    }

    /// Numbers of the orders whose reports contradict each other, rising.
    package var contradicted: [Int] {
        entries.filter { $0.value.order.needsReconciliation }.keys.sorted()
    }

    /// Where an order stands; nil when it was never sent from here.
    package func state(of number: Int) -> OrderState? { entries[number]?.order.state }

    /// What has filled of an order as far as is known, in quantity units.
    package func filled(of number: Int) -> Int64 { entries[number]?.order.order.filled ?? 0 }
}
