import RialtoExecution
import RialtoLedger
import RialtoMatching
import RialtoOrders
import RialtoValues

/// What the log is told. The layout of each record is in `RecordKind`.
extension Engine {
    mutating func record(_ intent: Intent, of instance: InstanceRef) {
        let r = log.append(.intent, 15)
        r[0] = intent.time_ns
        r[1] = Int64(instance.pointee.account)
        r[2] = Int64(instance.pointee.index)
        r[3] = Int64(instance.pointee.sequence)
        r[4] = Int64(intent.kind.rawValue)
        r[5] = Int64(intent.instrument)
        r[6] = packed(intent.side, intent.orderType, intent.timeInForce)
        r[7] = Int64(bitPattern: intent.orderId)
        r[8] = intent.quantity
        r[9] = intent.price
        r[10] = intent.triggerPrice
        r[11] = intent.stopPrice
        r[12] = intent.takeProfitPrice
        r[13] = Int64(intent.reason)
        let isKept = intent.text >= 0 && intent.kind != .request
        r[14] = isKept ? remember(instance.pointee.sink.texts[Int(intent.text)]) : -1
    }

    /// Of a request only the digest is kept: what was said is in the recording.
    mutating func record(
        _ answer: RequestAnswer, to id: UInt64, of instance: InstanceRef
    ) {
        let r = log.append(.response, 8)
        r[0] = now_ns
        r[1] = Int64(instance.pointee.account)
        r[2] = Int64(instance.pointee.index)
        r[3] = Int64(bitPattern: id)
        r[4] = Int64(answer.status)
        r[5] = answer.latency_ns
        r[6] = Int64(answer.body.count)
        r[7] = remember(IntentText(key: "request", text: answer.digest))
    }

    private mutating func packed(_ side: Side, _ type: OrderType, _ force: TimeInForce) -> Int64 {
        Int64(side.rawValue) | Int64(type.rawValue) << 8 | Int64(force.rawValue) << 16
    }

    /// Keeps a text for explanations. Returns its index.
    private mutating func remember(_ text: IntentText) -> Int64 {
        texts.append(text)
        return Int64(texts.count - 1)
    }

    mutating func record(order index: Int) {
        let terms = slots[index].order.terms
        let r = log.append(.order, 12)
        r[0] = now_ns
        r[1] = Int64(slots[index].number)
        r[2] = Int64(slots[index].account)
        r[3] = Int64(slots[index].instance)
        r[4] = Int64(slots[index].order.purpose.rawValue)
        r[5] = Int64(terms.instrument)
        r[6] = packed(terms.side, terms.type, terms.timeInForce)
        r[7] = terms.quantity
        r[8] = terms.price
        r[9] = terms.trigger
        r[10] = Int64(slots[index].intent)
        r[11] = marks[terms.instrument]
    }

    mutating func recordState(_ index: Int, reason: OrderReason) {
        let r = log.append(.orderState, 6)
        r[0] = now_ns
        r[1] = Int64(slots[index].number)
        r[2] = Int64(slots[index].order.state.rawValue)
        r[3] = Int64(reason.rawValue)
        r[4] = slots[index].order.filled
        r[5] = marks[slots[index].order.terms.instrument]
    }

    mutating func record(_ fill: VenueFill, _ booked: LedgerFill, _ index: Int) {
        let account = slots[index].account
        let r = log.append(.fill, 15)
        r[0] = now_ns
        r[1] = fill.venueTime_ns
        r[2] = Int64(fillCount)
        r[3] = Int64(slots[index].number)
        r[4] = Int64(account)
        r[5] = Int64(booked.instrument)
        r[6] = Int64(booked.side.rawValue) | Int64(fill.liquidity.rawValue) << 8
        r[7] = fill.price
        r[8] = fill.quantity
        (r[9], r[10]) = split(booked.fee)
        r[11] = accounts[account].ledger.account.positions[booked.instrument].quantity
        // To ask a book where it has one currency would count who holds it.
        (r[12], r[13]) = split(
            hasForeign
                ? accounts[account].ledger.account.cash(in: valuations[booked.instrument].currency)
                : accounts[account].ledger.account.cash)
        r[14] = reference(fill, slots[index].order.terms)
    }

    /// The market's own price at a fill: the middle where a book stands, otherwise the price that
    /// slippage was added to.
    private func reference(_ fill: VenueFill, _ terms: Order.Terms) -> Int64 {
        if venue.level(of: terms.instrument).isStanding {
            return venue.mid(of: terms.instrument) ?? fill.price
        }
        guard setup.venue.slippage.e9 > 0, case .taker = fill.liquidity else { return fill.price }
        switch terms.type {
        case .limit, .stopLimit: return fill.price
        case .market, .stop, .trailingStop:
            return venue.unslipped(fill.price, terms.side, terms.instrument)
        }
    }

    mutating func recordShare(
        _ instance: InstanceRef, _ instrument: Int, _ quantity: Int64, _ fee: Int128, _ index: Int
    ) {
        let account = instance.pointee.account, book = instance.pointee.book
        let r = log.append(.share, 9)
        r[0] = Int64(fillCount)
        r[1] = Int64(instance.pointee.index)
        r[2] = quantity
        (r[3], r[4]) = split(inHome(fee, of: instrument, account) ?? fee)
        r[5] = accounts[account].ledger.books[book].positions[instrument].quantity
        (r[6], r[7]) = split(
            hasForeign
                ? accounts[account].ledger.books[book].cash(in: valuations[instrument].currency)
                : accounts[account].ledger.books[book].cash)
        r[8] = Int64(
            slots[index].order.purpose.isNetted
                ? instance.pointee.targetIntent[instrument] : slots[index].intent)
    }

    mutating func recordCrossing(
        _ instance: InstanceRef, _ instrument: Int, _ quantity: Int64, _ price: Int64
    ) {
        let book = accounts[instance.pointee.account].ledger.books[instance.pointee.book]
        let r = log.append(.crossing, 11)
        r[0] = now_ns
        r[1] = Int64(crossingCount)
        r[2] = Int64(instance.pointee.account)
        r[3] = Int64(instrument)
        r[4] = Int64(instance.pointee.index)
        r[5] = quantity
        r[6] = price
        r[7] = book.positions[instrument].quantity
        (r[8], r[9]) = split(book.cash(in: valuations[instrument].currency))
        r[10] = Int64(instance.pointee.targetIntent[instrument])
    }

    mutating func record(equityOf book: Book, account: Int, instance: Int, at time: Int64) {
        let r = log.append(.equity, 7)
        r[0] = time
        r[1] = Int64(account)
        r[2] = Int64(instance)
        (r[3], r[4]) = split(equity(of: book) ?? 0)
        (r[5], r[6]) = split((try? book.cash(at: rates)) ?? book.cash)
    }

    /// The last price of every instrument that has one.
    mutating func recordPrices(at time: Int64) {
        for index in valuations.indices where marks[index] > 0 {
            let r = log.append(.price, 3)
            r[0] = time
            r[1] = Int64(index)
            r[2] = marks[index]
        }
    }

    mutating func record(
        message event: MessageEvent, of order: Int, _ what: VenueWord.What? = nil
    ) {
        let r = log.append(.message, 5)
        r[0] = now_ns
        r[1] = Int64(order)
        r[2] = event.rawValue
        (r[3], r[4]) = what?.recorded ?? (0, -1)
    }

    /// - Parameter code: 1 the plugin failed, 2 the account was halted, 3 the plugin broke a rule,
    ///   4 margin no longer covered what is held.
    mutating func record(event code: Int64, account: Int, instance: Int, at time: Int64) {
        let r = log.append(.event, 4)
        r[0] = time
        r[1] = Int64(account)
        r[2] = Int64(instance)
        r[3] = code
    }

    mutating func recordRefusal(
        _ instance: InstanceRef, _ instrument: Int, _ quantity: Int64, _ reason: OrderReason
    ) {
        let r = log.append(.refusal, 6)
        r[0] = now_ns
        r[1] = Int64(instance.pointee.account)
        r[2] = Int64(instance.pointee.index)
        r[3] = Int64(instrument)
        r[4] = quantity
        r[5] = Int64(reason.rawValue)
    }
}
