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
        let protection = Protection(
            stop: intent.stopPrice, takeProfit: intent.takeProfitPrice,
            timeStop_ns: intent.timeStop_ns)
        if protection.isNone, instance.pointee.protection[index] == nil { return }
        adopt(protection, instance, index)
        try? protect(instance, index, from_ns: now_ns)
    }

    /// Replaces the protection of a position; its orders are made anew by `protect`.
    mutating func adopt(_ protection: Protection, _ instance: InstanceRef, _ instrument: Int) {
        let old = instance.pointee.protection[instrument]
        if let old { drop(old) }
        guard !protection.isNone else {
            instance.pointee.protection[instrument] = nil
            return
        }
        var protection = protection
        protection.opened = (old?.opened ?? 0) + 1
        instance.pointee.protection[instrument] = protection
    }

    private mutating func drop(_ protection: Protection) {
        for place in [protection.stopSlot, protection.takeProfitSlot] where place.slot >= 0 {
            end(place.slot, place.number, .canceled, reason: .none)
        }
    }

    /// Makes the working protective orders fit the position as it is now.
    mutating func protect(
        _ instance: InstanceRef, _ instrument: Int, from_ns: Int64
    ) throws(EngineError) {
        guard var protection = instance.pointee.protection[instrument] else { return }
        let held = held(by: instance, instrument)
        let had = protection.hasOpened
        drop(protection)
        protection.stopSlot = (-1, -1)
        protection.takeProfitSlot = (-1, -1)
        guard held != 0 else {
            instance.pointee.protection[instrument] = had ? nil : protection
            return
        }
        protection.hasOpened = true
        let open = staying(held, instance.pointee.targetInFlight[instrument])
        let isInstant = setup.latency.order_ns + setup.latency.report_ns == 0
        let arrives =
            isInstant ? from_ns : now_ns + setup.latency.report_ns + setup.latency.order_ns
        if protection.isClosing, open != 0 {
            protection.stopSlot = try guardOrder(
                instance, instrument, open, type: .market, price: 0, now_ns + setup.latency.order_ns
            )
            instance.pointee.protection[instrument] = protection
            return
        }
        if protection.stop > 0, open != 0 {
            protection.stopSlot = try guardOrder(
                instance, instrument, open, type: .stop, price: protection.stop, arrives)
        }
        if protection.takeProfit > 0, open != 0 {
            protection.takeProfitSlot = try guardOrder(
                instance, instrument, open, type: .limit, price: protection.takeProfit, arrives)
        }
        if protection.timeStop_ns > 0, !had {
            schedule.add(
                .timeStop(
                    instance: instance.pointee.index, instrument: instrument,
                    opened: protection.opened),
                at: now_ns + protection.timeStop_ns)
        }
        instance.pointee.protection[instrument] = protection
    }

    /// What of a position is not on its way out.
    private func staying(_ held: Int64, _ inFlight: Int64) -> Int64 {
        guard (held < 0) != (inFlight < 0) else { return held }
        return held < 0 ? min(0, held + inFlight) : max(0, held + inFlight)
    }

    /// Takes what an order that has just left will close out of its instance's protective orders.
    mutating func narrowProtection(_ instance: InstanceRef, _ instrument: Int) {
        guard instance.pointee.protection[instrument] != nil else { return }
        try? protect(instance, instrument, from_ns: now_ns)
    }

    private mutating func guardOrder(
        _ instance: InstanceRef, _ instrument: Int, _ held: Int64, type: OrderType, price: Int64,
        _ arrives: Int64
    ) throws(EngineError) -> (slot: Int, number: Int) {
        let terms = Order.Terms(
            instrument: instrument, side: held > 0 ? .sell : .buy, type: type,
            timeInForce: .goodTillCancel, isPostOnly: false, isReduceOnly: true,
            quantity: Int64(held.magnitude), price: type == .limit ? price : 0,
            trigger: type == .stop ? price : 0, expires_ns: 0)
        if let reason = refusal(of: terms, account: instance.pointee.account, isProtective: true) {
            refuse(instrument, -held, reason, of: instance, orderId: 0)
            return (-1, -1)
        }
        let number = orderCount
        try place(
            OrderSlot(
                number: number, order: Order(purpose: .protective, terms: terms),
                account: instance.pointee.account, instance: instance.pointee.index, clientId: 0,
                intent: instance.pointee.targetIntent[instrument],
                claim: Claim(book: instance.pointee.book, quantity: -held), otherClaims: [],
                reserved: 0,
                otherReserved: [], protection: nil, linkId: 0), arrives_ns: arrives)
        let slot = slots.lastIndex { $0.isLive && $0.number == number } ?? -1
        return (slot, number)
    }

    /// The time stop of a position: it is closed at the market, unless it was closed before.
    mutating func timeIsUp(
        _ instance: InstanceRef, _ instrument: Int, _ opened: Int
    ) throws(EngineError) {
        guard instance.pointee.protection[instrument]?.opened == opened else { return }
        guard held(by: instance, instrument) != 0 else { return }
        instance.pointee.protection[instrument]?.isClosing = true
        try protect(instance, instrument, from_ns: now_ns)
    }
}
