import RialtoExecution
import RialtoOrders
import RialtoValues

/// Protective orders: the host keeps them, whatever becomes of the plugin.
///
/// Each instance has one protection per instrument: the last that it gave. It covers the whole
/// position, follows its size, and goes when the position is flat.
extension Engine {
    /// Takes the protection that comes with a target; a target without one takes it away.
    mutating func setProtection(_ intent: Intent, of instance: InstanceRef) {
        let index = Int(intent.instrument)
        let protection = Protection(intent)
        if protection.isNone, instance.pointee.protection[index] == nil { return }
        adopt(protection, instance, index)
        try? protect(instance, index, from_ns: now_ns)
    }

    /// Replaces the protection of a position; its orders are made anew by `protect`.
    mutating func adopt(_ protection: Protection, _ instance: InstanceRef, _ instrument: Int) {
        let old = instance.pointee.protection[instrument]
        if let old { drop(old) }
        guard !protection.isNone || instance.pointee.guards[instrument] != nil else {
            instance.pointee.protection[instrument] = nil
            return
        }
        var protection = protection
        protection.opened = (old?.opened ?? 0) + 1
        instance.pointee.protection[instrument] = protection
    }

    private mutating func drop(_ protection: Protection) {
        drop(protection.stopSlot)
        drop(protection.takeProfitSlot)
    }

    private mutating func drop(_ place: (slot: Int, number: Int)) {
        guard place.slot >= 0 else { return }
        if hasFaults {
            if isLive(place.slot, place.number) { sendCancel(place.slot, .none) }
        } else {
            end(place.slot, place.number, .canceled, reason: .none)
        }
    }

    /// Whether the order there is what is wanted, as far as it has not filled.
    private func keeps(_ place: (slot: Int, number: Int), _ wanted: Order.Terms?) -> Bool {
        let isThere = isLive(place.slot, place.number) && knownOrder(place.slot).left > 0
        guard isThere, let wanted else { return !isThere && wanted == nil }
        let order = knownOrder(place.slot)
        return order.left == wanted.quantity && order.terms.side == wanted.side
            && order.terms.type == wanted.type && order.terms.price == wanted.price
            && order.terms.trigger == wanted.trigger
    }

    /// An order as the host knows it.
    private func knownOrder(_ index: Int) -> Order {
        guard hasFaults, let key = mail.keys[slots[index].number],
            let order = mail.conversations[key]
        else { return slots[index].order }
        return order.known.order
    }

    /// Terms of a protective order that closes `held`; nil when there is nothing to close.
    private func terms(
        _ held: Int64, _ instrument: Int, _ type: OrderType, _ price: Int64
    ) -> Order.Terms? {
        guard held != 0 else { return nil }
        return Order.Terms(
            instrument: instrument, side: held > 0 ? .sell : .buy, type: type,
            timeInForce: .goodTillCancel, isPostOnly: false, isReduceOnly: true,
            quantity: Int64(held.magnitude), price: type == .limit ? price : 0,
            trigger: type == .stop ? price : 0, expires_ns: 0)
    }

    /// Makes the working protective orders fit the position as it is now.
    mutating func protect(
        _ instance: InstanceRef, _ instrument: Int, from_ns: Int64
    ) throws(EngineError) {
        guard var protection = instance.pointee.protection[instrument] else { return }
        let held = known(by: instance, instrument)
        let had = protection.hasOpened
        guard held != 0 else {
            drop(protection)
            protection.stopSlot = (-1, -1)
            protection.takeProfitSlot = (-1, -1)
            let isDone = had && !instance.pointee.isFlattening
            instance.pointee.protection[instrument] = isDone ? nil : protection
            return
        }
        protection.hasOpened = true
        let open = staying(held, instance, instrument)
        let account = instance.pointee.account
        if protection.isClosing {
            let market = terms(open, instrument, .market, 0)
            if !keeps(protection.stopSlot, market) {
                drop(protection)
                protection.takeProfitSlot = (-1, -1)
                protection.stopSlot = try guardOrder(instance, market, orderArrival_ns(account))
            }
            instance.pointee.protection[instrument] = protection
            return
        }
        // The host learns of the fill by a report, and its order takes its own way after that.
        let arrives =
            setup.latency.isZero
            ? from_ns : reportArrival_ns(account) - now_ns + orderArrival_ns(account)
        let price = stopPrice(protection, instance, instrument)
        let stop = price > 0 ? terms(open, instrument, .stop, price) : nil
        if !keeps(protection.stopSlot, stop) {
            drop(protection.stopSlot)
            protection.stopSlot = try guardOrder(instance, stop, arrives)
        }
        let profit =
            protection.takeProfit > 0 ? terms(open, instrument, .limit, protection.takeProfit) : nil
        if !keeps(protection.takeProfitSlot, profit) {
            drop(protection.takeProfitSlot)
            protection.takeProfitSlot = try guardOrder(instance, profit, arrives)
        }
        let longest = instance.pointee.rule?.time_ns ?? 0
        let times = [protection.timeStop_ns, longest].filter { $0 > 0 }
        if let time = times.min(), !had {
            schedule.add(
                .timeStop(
                    instance: instance.pointee.index, instrument: instrument,
                    opened: protection.opened),
                at: now_ns + time)
        }
        instance.pointee.protection[instrument] = protection
    }

    /// What of a position is not on its way out through orders for targets. What is on its way in
    /// does not count: it may never come.
    private func staying(_ held: Int64, _ instance: InstanceRef, _ instrument: Int) -> Int64 {
        let unheard = instance.pointee.unheard[instrument]
        let sells = instance.pointee.targetSells[instrument] + unheard.targetSells
        let buys = instance.pointee.targetInFlight[instrument] + unheard.targets + sells
        return held < 0 ? min(0, held + buys) : max(0, held - sells)
    }

    /// Takes what an order that has just left will close out of its instance's protective orders.
    mutating func narrowProtection(at index: Int) {
        let instrument = slots[index].order.terms.instrument, account = slots[index].account
        narrowProtection(of: slots[index].claim, account, instrument)
        guard slots[index].isShared else { return }
        for claim in slots.extra(index).claims {
            narrowProtection(of: claim, account, instrument)
        }
    }

    private mutating func narrowProtection(of claim: Claim, _ account: Int, _ instrument: Int) {
        let instance = instances[accounts[account].instances.lowerBound + claim.book - 1]
        guard instance.pointee.protection[instrument] != nil else { return }
        try? protect(instance, instrument, from_ns: now_ns)
    }

    private mutating func guardOrder(
        _ instance: InstanceRef, _ wanted: Order.Terms?, _ arrives: Int64
    ) throws(EngineError) -> (slot: Int, number: Int) {
        guard let terms = wanted else { return (-1, -1) }
        let instrument = terms.instrument, signed = terms.side.sign * terms.quantity
        if let reason = refusal(of: terms, account: instance.pointee.account, isProtective: true) {
            refuse(instrument, signed, reason, of: instance, orderId: 0)
            return (-1, -1)
        }
        let number = orderCount
        try place(
            OrderSlot(
                number: number, order: Order(purpose: .protective, terms: terms),
                account: instance.pointee.account, instance: instance.pointee.index, clientId: 0,
                intent: instance.pointee.targetIntent[instrument],
                claim: Claim(book: instance.pointee.book, quantity: signed)),
            arrives_ns: hasFaults ? nil : arrives)
        let slot = slots.indices.last { slots[$0].isLive && slots[$0].number == number } ?? -1
        return (slot, number)
    }

    /// The time stop of a position: it is closed at the market, unless it was closed before.
    mutating func timeIsUp(
        _ instance: InstanceRef, _ instrument: Int, _ opened: Int
    ) throws(EngineError) {
        guard instance.pointee.protection[instrument]?.opened == opened else { return }
        guard known(by: instance, instrument) != 0 else { return }
        instance.pointee.protection[instrument]?.isClosing = true
        try protect(instance, instrument, from_ns: now_ns)
    }
}
