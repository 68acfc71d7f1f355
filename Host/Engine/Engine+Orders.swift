import RialtoExecution
import RialtoLedger
import RialtoMatching
import RialtoOrders
import RialtoValues

/// What happens to orders at the venue, and what their owners are told.
extension Engine {
    /// Everything whose time has come, in the order in which it was put in.
    func releaseDue(at time: Int64) throws(EngineError) {
        while let action = schedule.pop(dueAt: time) {
            if case .timeStop(let instance, let instrument, let opened) = action {
                try timeIsUp(instances[instance], instrument, opened)
            } else {
                act(action)
            }
        }
    }

    /// Lets one due action happen now.
    func act(_ action: DueAction) {
        switch action {
        case .arrival(let slot, let number): arrive(slot, number, at: now_ns)
        case .cancel(let slot, let number): end(slot, number, .canceled, reason: .none)
        case .expiry(let slot, let number): end(slot, number, .expired, reason: .none)
        case .replace(let slot, let number, let price, let trigger, let quantity):
            replace(slot, number, price: price, trigger: trigger, quantity: quantity)
        case .orderReport(let instance, let report): instances[instance].orderReports.append(report)
        case .fillReport(let instance, let report): instances[instance].fillReports.append(report)
        case .timer(let instance, let id):
            instances[instance].timerReports.append(TimerReport(time_ns: now_ns, id: id))
        case .timeStop: break
        }
    }

    /// The slot's order, if it is still the one with this number.
    private func live(_ index: Int, _ number: Int) -> OrderSlot? {
        guard index >= 0, index < slots.count, let slot = slots[index], slot.number == number else {
            return nil
        }
        return slot
    }

    /// The order reaches the venue and works from now on.
    func arrive(_ index: Int, _ number: Int, at time: Int64) {
        guard let slot = live(index, number) else { return }
        let terms = slot.order.terms
        let isMet = (try? slots[index]?.order.apply(.accepted)) != nil
        guard isMet else { return }
        slots[index]?.isWorking = true
        venue.accept(terms, order: index, at: time)
        recordState(slots[index] ?? slot, reason: .none)
        tell(slots[index] ?? slot, .accepted, .none, at: max(time, now_ns))
        if terms.timeInForce == .goodTillTime, terms.expires_ns > 0 {
            schedule.add(.expiry(slot: index, number: number), at: max(terms.expires_ns, now_ns + 1))
        }
    }

    /// The order ends without being filled whole.
    func end(_ index: Int, _ number: Int, _ event: OrderEvent, reason: OrderReason) {
        guard let slot = live(index, number) else { return }
        if slot.isWorking { _ = venue.cancel(order: index, instrument: slot.order.terms.instrument) }
        guard (try? slots[index]?.order.apply(event)) != nil, let ended = slots[index] else { return }
        recordState(ended, reason: reason)
        tell(ended, ended.order.state, reason, at: now_ns)
        free(index)
    }

    private func free(_ index: Int) {
        guard let slot = slots[index] else { return }
        release(slot)
        if slot.clientId != 0 { instances[slot.instance].ownOrders[slot.clientId] = nil }
        slots[index] = nil
        freeSlots.append(index)
    }

    /// New terms for an order; it goes to the end of its queue under the same id.
    private func replace(_ index: Int, _ number: Int, price: Int64, trigger: Int64, quantity: Int64) {
        guard let slot = live(index, number) else { return }
        var terms = slot.order.terms
        if price > 0 { terms.price = price }
        if trigger > 0 { terms.trigger = trigger }
        if quantity > 0 { terms.quantity = quantity }
        if let reason = refusal(of: terms, account: slot.account) {
            return tell(slot, .rejected, reason, at: now_ns)
        }
        end(index, number, .canceled, reason: .none)
        let signed = terms.side.sign * terms.quantity
        try? place(OrderSlot(
            number: orderCount, order: Order(purpose: slot.order.purpose, terms: terms),
            account: slot.account, instance: slot.instance, clientId: slot.clientId,
            intent: slot.intent, claim: Claim(book: slot.claim.book, quantity: signed),
            otherClaims: [], reserved: 0, otherReserved: [], protection: slot.protection,
            linkId: slot.linkId), arrives_ns: now_ns)
    }

    /// Cancels every order of an instance that is not protective.
    func cancelAll(of instance: Instance) {
        for index in slots.indices {
            guard let slot = slots[index], slot.instance == instance.index,
                slot.order.purpose == .explicit
            else { continue }
            end(index, slot.number, .canceled, reason: .none)
        }
    }

    // MARK: Fills

    /// Books a fill of the venue: ledger, shares, reports, protection.
    ///
    /// - Parameter protectFrom_ns: From when protective orders of this fill work without latency.
    func book(_ fill: VenueFill, at time: Int64, protectFrom_ns: Int64) throws(EngineError) {
        guard let slot = slots[fill.order] else { throw .order(number: fill.order, time_ns: time) }
        let terms = slot.order.terms
        do throws(OrderError) { try slots[fill.order]?.order.apply(.filled(quantity: fill.quantity)) } catch {
            throw .order(number: slot.number, time_ns: time)
        }
        let fee = try fee(of: fill, instrument: terms.instrument, at: time)
        let booked = LedgerFill(
            instrument: terms.instrument, side: terms.side, price: fill.price,
            quantity: fill.quantity, fee: fee)
        let fees = try enter(booked, slot, at: time)
        record(fill, booked, slot)
        try settleShares(slot, booked, fill, fees: fees, protectFrom_ns: protectFrom_ns)
        guard let after = slots[fill.order] else { return }
        recordState(after, reason: .none)
        tell(after, after.order.state, .none, at: time, venueTime: fill.venueTime_ns)
        if after.order.left == 0 {
            free(fill.order)
            if slot.linkId != 0 { cancelLinked(to: slot) }
        }
        fillCount += 1
    }

    private func fee(of fill: VenueFill, instrument: Int, at time: Int64) throws(EngineError) -> Int128 {
        do throws(LedgerError) {
            let value = try valuations[instrument].value(price: fill.price, quantity: fill.quantity)
            let rate = fill.liquidity == .maker ? setup.venue.maker : setup.venue.taker
            return try rate.applied(to: value)
        } catch { throw .ledger(error, time_ns: time) }
    }

    private func enter(_ fill: LedgerFill, _ slot: OrderSlot, at time: Int64)
        throws(EngineError) -> [Int128]
    {
        do throws(LedgerError) {
            if slot.otherClaims.isEmpty {
                try accounts[slot.account].ledger.apply(fill, book: slot.claim.book)
                return []
            }
            let shares = Netting.shares(of: fill.quantity, among: [slot.claim] + slot.otherClaims)
            return try accounts[slot.account].ledger.apply(fill, shares: shares)
        } catch { throw .ledger(error, time_ns: time) }
    }

    /// Tells each instance its part of a fill, and takes it off what the order still owes.
    private func settleShares(
        _ slot: OrderSlot, _ booked: LedgerFill, _ fill: VenueFill, fees: [Int128],
        protectFrom_ns: Int64
    ) throws(EngineError) {
        let lower = accounts[slot.account].instances.lowerBound
        let sign = booked.side.sign
        var shares = [FillShare(book: slot.claim.book, quantity: booked.quantity)]
        if !slot.otherClaims.isEmpty {
            shares = Netting.shares(of: booked.quantity, among: [slot.claim] + slot.otherClaims)
        }
        for (index, share) in shares.enumerated() {
            let instance = instances[lower + share.book - 1]
            if slot.order.purpose != .protective {
                instance.inFlight[booked.instrument] -= sign * share.quantity
                take(sign * share.quantity, from: share.book, fill.order)
            }
            let part = fees.isEmpty ? booked.fee : fees[index]
            recordShare(instance, booked.instrument, share.quantity, part, slot)
            report(
                fillOf: instance, order: slot.clientId, booked.instrument, booked.side,
                fill.liquidity, fill.price, share.quantity, fee: part, venueTime: fill.venueTime_ns)
            if let protection = slot.protection {
                adopt(protection, instance, booked.instrument)
            }
            if slot.order.purpose == .protective { instance.closeTarget(booked.instrument) }
            try protect(instance, booked.instrument, from_ns: protectFrom_ns)
        }
    }

    /// Takes a filled share off the order's claim, so that ending it later gives back the rest only.
    private func take(_ quantity: Int64, from book: Int, _ index: Int) {
        guard var slot = slots[index] else { return }
        if slot.claim.book == book {
            slot.claim = Claim(book: book, quantity: slot.claim.quantity - quantity)
        } else if let other = slot.otherClaims.firstIndex(where: { $0.book == book }) {
            slot.otherClaims[other] = Claim(
                book: book, quantity: slot.otherClaims[other].quantity - quantity)
        }
        slots[index] = slot
    }

    /// One of a linked group has filled: the others go.
    private func cancelLinked(to slot: OrderSlot) {
        for index in slots.indices {
            guard let other = slots[index], other.instance == slot.instance,
                other.linkId == slot.linkId, other.number != slot.number
            else { continue }
            end(index, other.number, .canceled, reason: .linked)
        }
    }

    // MARK: Reports

    /// Tells the owner of an order what became of it, after the report latency.
    func tell(
        _ slot: OrderSlot, _ state: OrderState, _ reason: OrderReason, at time: Int64,
        venueTime: Int64? = nil
    ) {
        guard slot.instance >= 0, slot.order.purpose != .netted else { return }
        let terms = slot.order.terms
        report(
            orderOf: instances[slot.instance],
            OrderReport(
                time_ns: time, venueTime_ns: venueTime ?? time, orderId: slot.clientId,
                instrument: UInt32(terms.instrument), state: state, side: terms.side, reason: reason,
                price: terms.price, quantity: terms.quantity, filled: slot.order.filled))
    }

    func report(orderOf instance: Instance, _ report: OrderReport) {
        guard !instance.port.isOpenLoop, instance.port.kinds.has(.ownOrders) else { return }
        var report = report
        report.time_ns = now_ns + setup.latency.report_ns
        if setup.latency.report_ns == 0 {
            instance.orderReports.append(report)
        } else {
            schedule.add(.orderReport(instance: instance.index, report), at: report.time_ns)
        }
    }

    func report(
        fillOf instance: Instance, order: UInt64, _ instrument: Int, _ side: Side,
        _ liquidity: Liquidity, _ price: Int64, _ quantity: Int64, fee: Int128, venueTime: Int64
    ) {
        guard !instance.port.isOpenLoop, instance.port.kinds.has(.fills) else { return }
        let held = accounts[instance.account].ledger.books[instance.book]
            .positions[instrument].quantity
        let report = FillReport(
            time_ns: now_ns + setup.latency.report_ns, venueTime_ns: venueTime, orderId: order,
            instrument: UInt32(instrument), side: side, liquidity: liquidity, price: price,
            quantity: quantity, position: held, fee: fee)
        if setup.latency.report_ns == 0 {
            instance.fillReports.append(report)
        } else {
            schedule.add(.fillReport(instance: instance.index, report), at: report.time_ns)
        }
    }
}

extension Instance {
    /// After a protective order has closed a position its target is flat, or netting would reopen it.
    func closeTarget(_ instrument: Int) {
        if targets[instrument] != nil { targets[instrument] = 0 }
    }
}
