import RialtoOrders
import RialtoValues

/// An order that is not sent before its parent has filled (one triggers other, bracket).
struct WaitingOrder {
    var intent: Intent
    /// Sequence of the intent among those of its instance.
    let sequence: Int
    /// The plugin's own id of the order that it waits for.
    var parent: UInt64 { intent.linkId }
}

/// Orders that wait for another.
///
/// They are checked like any order, when they are sent: before that they may sell what their
/// parent is yet to buy.
extension Engine {
    /// Keeps an order until its parent has filled.
    mutating func wait(_ intent: Intent, of instance: InstanceRef) {
        let isKnown =
            isTaken(intent.linkId, by: instance)
            || instance.pointee.waiting.contains { $0.intent.orderId == intent.linkId }
        let isTaken =
            isTaken(intent.orderId, by: instance)
            || instance.pointee.waiting.contains { $0.intent.orderId == intent.orderId }
        let reason: OrderReason? =
            intent.link > 3
            ? .unsupported : isTaken ? .duplicate : isKnown ? nil : .unknownOrder
        if let reason {
            return refuse(
                Int(intent.instrument), intent.side.sign * intent.quantity, reason, of: instance,
                orderId: intent.orderId)
        }
        instance.pointee.waiting.append(
            WaitingOrder(intent: intent, sequence: instance.pointee.sequence))
        tell(instance, intent, .submitted, .none)
    }

    private mutating func tell(
        _ instance: InstanceRef, _ intent: Intent, _ state: OrderState, _ reason: OrderReason
    ) {
        report(
            orderOf: instance,
            OrderReport(
                time_ns: now_ns, venueTime_ns: now_ns, orderId: intent.orderId,
                instrument: intent.instrument, state: state, side: intent.side, reason: reason,
                price: intent.price, quantity: intent.quantity, filled: 0))
    }

    /// Cancels or replaces an order that still waits. Returns whether there was one.
    mutating func changeWaiting(_ intent: Intent, of instance: InstanceRef) -> Bool {
        guard
            let index = instance.pointee.waiting.firstIndex(where: {
                $0.intent.orderId == intent.orderId
            })
        else { return false }
        if intent.kind == .cancel {
            drop(instance.pointee.waiting.remove(at: index), .none, of: instance)
            return true
        }
        if intent.price > 0, instance.pointee.waiting[index].intent.price > 0 {
            instance.pointee.waiting[index].intent.price = intent.price
        }
        if intent.triggerPrice > 0, instance.pointee.waiting[index].intent.triggerPrice > 0 {
            instance.pointee.waiting[index].intent.triggerPrice = intent.triggerPrice
        }
        if intent.quantity > 0 { instance.pointee.waiting[index].intent.quantity = intent.quantity }
        return true
    }

    /// An order goes that was never sent, and with it whatever waits for it.
    private mutating func drop(
        _ order: WaitingOrder, _ reason: OrderReason, of instance: InstanceRef
    ) {
        tell(instance, order.intent, .canceled, reason)
        for child in instance.pointee.takeChildren(of: order.intent.orderId) {
            drop(child, .linked, of: instance)
        }
    }

    /// Drops every order in an instrument that waits for another.
    mutating func dropWaiting(
        of instance: InstanceRef, _ instrument: Int, _ reason: OrderReason
    ) {
        while let index = instance.pointee.waiting.firstIndex(where: {
            Int($0.intent.instrument) == instrument
        }) {
            drop(instance.pointee.waiting.remove(at: index), reason, of: instance)
        }
    }

    /// The whole of an order has filled: what waits for it is sent now.
    mutating func parentFilled(
        _ id: UInt64, _ instance: InstanceRef
    ) throws(EngineError) {
        guard !instance.pointee.waiting.isEmpty else { return }
        for child in instance.pointee.takeChildren(of: id) {
            try send(child, of: instance)
        }
    }

    /// An order has ended before it was filled whole. Without any fill, what waits for it goes;
    /// after a part fill it is sent for at most that part, so that nothing stays unprotected.
    mutating func parentEnded(_ id: UInt64, filled: Int64, of instance: InstanceRef) {
        guard !instance.pointee.waiting.isEmpty else { return }
        for var child in instance.pointee.takeChildren(of: id) {
            guard filled > 0 else {
                drop(child, .linked, of: instance)
                continue
            }
            child.intent.quantity = min(child.intent.quantity, filled)
            ready.append((instance.pointee.index, child))
        }
    }

    /// Sends what a part-filled parent has set free.
    mutating func sendReady() throws(EngineError) {
        while !ready.isEmpty {
            let (index, child) = ready.removeFirst()
            try send(child, of: instances[index])
        }
    }

    private mutating func send(
        _ child: WaitingOrder, of instance: InstanceRef
    ) throws(EngineError) {
        guard isStillWanted(child.intent, of: instance) else {
            return drop(child, .linked, of: instance)
        }
        let bracket = child.intent.link == 3 ? child.parent | 1 << 63 : 0
        try submit(child.intent, sequence: child.sequence, of: instance, bracket: bracket)
    }
}

extension Instance {
    /// Takes out the orders that wait for the order `id`.
    mutating func takeChildren(of id: UInt64) -> [WaitingOrder] {
        guard id != 0, !waiting.isEmpty else { return [] }
        let children = waiting.filter { $0.parent == id }
        waiting.removeAll { $0.parent == id }
        return children
    }
}
