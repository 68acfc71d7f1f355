import RialtoExecution
import RialtoLedger
import RialtoOrders
import RialtoValues

/// Why money moves without a trade.
enum PaymentKind: Int64 {
    case funding = 1
    case dividend = 2
    /// What was no whole lot after a split.
    case fraction = 3
    /// The venue's own funds cover what a position lost beyond its margin.
    case cover = 4
}

/// What happens to instruments: after the group's market events, before anybody is told of them.
extension Engine {
    /// Lets everything take effect that is due by `time`.
    mutating func applyEvents(until time: Int64) throws(EngineError) {
        while eventDue_ns <= time {
            let event = setup.events[nextEvent]
            nextEvent += 1
            eventDue_ns =
                nextEvent < setup.events.count ? setup.events[nextEvent].time_ns : .max
            guard !isClosed[event.instrument] else { continue }
            try apply(event)
            for account in accounts.indices { watchMargins(account) }
        }
    }

    private mutating func apply(_ event: InstrumentEvent) throws(EngineError) {
        let instrument = event.instrument
        switch event.change {
        case .funding(let rate): try fund(instrument, rate)
        case .dividend(let perUnit): try distribute(instrument, perUnit)
        case .split(let numerator, let denominator):
            let split = ShareSplit(
                numerator: numerator, denominator: denominator, lot: quantitySteps[instrument])
            if let split { try restate(instrument, split) }
        case .settlement(let price): try settle(instrument, at: price)
        case .halt: halt(instrument)
        case .resume: resume(instrument)
        }
    }

    // MARK: Payments

    /// Longs pay shorts: the rate of the notional at the last price.
    private mutating func fund(_ instrument: Int, _ rate: Rate) throws(EngineError) {
        let mark = marks[instrument], valuation = valuations[instrument]
        guard mark > 0 else { return }
        for account in accounts.indices {
            try pay(account, instrument, .funding) { _, position throws(LedgerError) in
                let size = try valuation.notional(price: mark, quantity: position.quantity)
                let amount = try rate.applied(to: size)
                return position.quantity > 0 ? -amount : amount
            }
        }
    }

    private mutating func distribute(
        _ instrument: Int, _ perUnit: Int128
    ) throws(EngineError) {
        guard let unit = ExactDecimal.power10(setup.instruments[instrument].quantityDecimals)
        else { return }
        for account in accounts.indices {
            try pay(account, instrument, .dividend) { _, position throws(LedgerError) in
                try Rounding.scaled(perUnit, by: Int128(position.quantity), over: unit)
            }
        }
    }

    /// Pays each book of an account what its position brings, and tells its owner.
    mutating func pay(
        _ account: Int, _ instrument: Int, _ kind: PaymentKind,
        _ amount: (Int, Position) throws(LedgerError) -> Int128
    ) throws(EngineError) {
        let paid: [Int128], before = positions(account, instrument)
        do throws(LedgerError) {
            paid = try accounts[account].ledger.pay(instrument, amount)
        } catch { throw .ledger(error, time_ns: now_ns) }
        tell(account, instrument, kind, paid, before)
    }

    private func positions(_ account: Int, _ instrument: Int) -> [Int64] {
        accounts[account].ledger.books.map { $0.positions[instrument].quantity }
    }

    /// Records what each book received and tells the strategies; all, where positions changed.
    private mutating func tell(
        _ account: Int, _ instrument: Int, _ kind: PaymentKind, _ paid: [Int128],
        _ before: [Int64]
    ) {
        for (book, amount) in paid.enumerated() {
            guard amount != 0 || (kind == .fraction && before[book] != 0) else { continue }
            let instance = book > 0 ? accounts[account].instances.lowerBound + book - 1 : -1
            record(
                payment: kind, amount, account: account, instance: instance, book, instrument,
                before[book])
            if instance >= 0 { report(accountOf: instances[instance]) }
        }
    }

    private mutating func record(
        payment kind: PaymentKind, _ amount: Int128, account: Int, instance: Int, _ book: Int,
        _ instrument: Int, _ before: Int64
    ) {
        let ledger = accounts[account].ledger, currency = valuations[instrument].currency
        let r = log.append(.payment, 11)
        r[0] = now_ns
        r[1] = Int64(account)
        r[2] = Int64(instance)
        r[3] = Int64(instrument)
        r[4] = kind.rawValue
        (r[5], r[6]) = split(amount)
        r[7] = ledger.books[book].positions[instrument].quantity
        (r[8], r[9]) = split(ledger.books[book].cash(in: currency))
        r[10] = before
    }

    /// Tells an instance what it has, after the report latency.
    mutating func report(accountOf instance: InstanceRef) {
        guard !instance.pointee.isOpenLoop, instance.pointee.kinds.has(.account) else {
            return
        }
        let time = reportArrival_ns(instance.pointee.account)
        if time <= now_ns {
            instance.pointee.isAccountDue = true
        } else {
            schedule.add(.accountReport(instance: instance.pointee.index), at: time)
        }
    }

    // MARK: Restating and ending

    private mutating func restate(
        _ instrument: Int, _ split: ShareSplit
    ) throws(EngineError) {
        let mark = split.applied(toPrice: marks[instrument])
        for account in accounts.indices {
            let books = Array(1..<max(1, accounts[account].ledger.books.count))
            let kept = books.map { wanted(account, $0, instrument) }
            takeOff(account, instrument, books: books, .closed)
            // What the host has not heard of is counted in old units.
            if hasFaults { try readInbox() }
            let paid: [Int128], before = positions(account, instrument)
            do throws(LedgerError) {
                paid = try accounts[account].ledger.restate(instrument, split, price: mark)
            } catch { throw .ledger(error, time_ns: now_ns) }
            tell(account, instrument, .fraction, paid, before)
            for (book, wanted) in zip(books, kept) {
                try restore(wanted, account, book, instrument, split)
            }
            markDirty(account, instrument)
        }
        marks[instrument] = mark
        opens[instrument] = split.applied(toPrice: opens[instrument])
        for index in meterLengths.indices { meters[instrument][index].restate(split) }
    }

    /// What a strategy wants of an instrument, to be had again in new units.
    private typealias Wanted = (target: Int64?, protection: Protection?, stop: PositionGuard?)

    private func wanted(_ account: Int, _ book: Int, _ instrument: Int) -> Wanted {
        let instance = instances[accounts[account].instances.lowerBound + book - 1]
        return (
            instance.pointee.targets[instrument], instance.pointee.protection[instrument],
            instance.pointee.guards[instrument]
        )
    }

    private mutating func restore(
        _ wanted: Wanted, _ account: Int, _ book: Int, _ instrument: Int, _ split: ShareSplit
    ) throws(EngineError) {
        let instance = instances[accounts[account].instances.lowerBound + book - 1]
        if let target = wanted.target {
            guard let restated = try? split.applied(to: target) else {
                throw .ledger(.overflow, time_ns: now_ns)
            }
            instance.pointee.targets[instrument] = restated
            if let said = instance.pointee.saidTargets[instrument] {
                guard let said = try? split.applied(to: said.quantity) else {
                    throw .ledger(.overflow, time_ns: now_ns)
                }
                instance.pointee.saidTargets[instrument] = (said, restated)
            }
        }
        if instance.pointee.guardedFrom[instrument] != 0 {
            instance.pointee.guardedFrom[instrument] = split.applied(
                toPrice: instance.pointee.guardedFrom[instrument])
            instance.pointee.guards[instrument] = wanted.stop?.restated(split)
        }
        guard var protection = wanted.protection else { return }
        protection.stop = split.applied(toPrice: protection.stop)
        protection.takeProfit = split.applied(toPrice: protection.takeProfit)
        protection.stopSlot = (-1, -1)
        protection.takeProfitSlot = (-1, -1)
        instance.pointee.protection[instrument] = protection
        try protect(instance, instrument, from_ns: now_ns)
    }

    /// The instrument is gone: everything is closed at the price.
    private mutating func settle(_ instrument: Int, at price: Int64) throws(EngineError) {
        let last = price > 0 ? price : marks[instrument]
        for account in accounts.indices {
            let books = Array(1..<max(1, accounts[account].ledger.books.count))
            takeOff(account, instrument, books: books, .closed)
            try closeOut(account, instrument, books: books, at: last, .settlement)
        }
        isClosed[instrument] = true
        if last > 0 { marks[instrument] = last }
    }
}
