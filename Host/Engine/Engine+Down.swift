import RialtoExecution
import RialtoOrders
import RialtoValues

/// What becomes of the orders and positions of an instance whose plugin is gone.
package enum DownPolicy: String, Sendable, CaseIterable {
    /// Every order goes on working.
    case keep
    /// Orders that open or enlarge a position are canceled; those that close one, and the host's
    /// protective ones, stay.
    case cancelOpening = "cancel-opening"
    /// Every order is canceled, the host's protective ones too; positions stay as they are.
    case cancelAll = "cancel-all"
    /// Every order is canceled and every position closed at the market.
    case flatten
}

/// Instances that have ended, and what the operator wants of them.
extension Engine {
    /// Lets an instance's orders and positions follow its account's policy. What it still wants by
    /// targets is forgotten whatever the policy is.
    mutating func goDown(_ instance: InstanceRef) {
        forgetTargets(of: instance)
        switch accounts[instance.pointee.account].setup.whenDown {
        case .keep: break
        case .cancelOpening: cancelOpening(of: instance)
        case .cancelAll:
            cancelAll(of: instance)
            dropProtection(of: instance)
        case .flatten:
            cancelAll(of: instance)
            dropProtection(of: instance)
            flatten(instance)
        }
    }

    /// The parts that the host works of its targets end with the next look at them.
    private mutating func forgetTargets(of instance: InstanceRef) {
        for instrument in setup.instruments.indices
        where instance.pointee.targets[instrument] != nil {
            markDirty(instance.pointee.account, instrument)
        }
    }

    private mutating func cancelOpening(of instance: InstanceRef) {
        // What its orders may still close, by instrument: an order that is larger opens.
        var closable = setup.instruments.indices.map { known(by: instance, $0) }
        for index in slots.indices where isExplicit(index, of: instance) {
            let order = slots[index].order
            if !closes(order.terms, order.left, &closable) { cancel(index) }
        }
        for index in parents.indices where isParent(index, of: instance) {
            let parent = parents[index]
            if !closes(parent.terms, parent.order.left, &closable) { stop(index, .canceled, .none) }
        }
    }

    /// Whether an order only closes; takes what it closes out of what there is to close.
    private func closes(_ terms: Order.Terms, _ left: Int64, _ closable: inout [Int64]) -> Bool {
        let held = closable[terms.instrument]
        let isCloser = held.signum() == -terms.side.sign && left <= held.magnitude
        if isCloser { closable[terms.instrument] += terms.side.sign * left }
        return isCloser || terms.isReduceOnly
    }

    /// Whether an order that waited for another one is still to be sent: always, unless the plugin
    /// is gone and the policy is against it.
    func isStillWanted(_ intent: Intent, of instance: InstanceRef) -> Bool {
        guard instance.pointee.hasEnded else { return true }
        switch accounts[instance.pointee.account].setup.whenDown {
        case .keep: return true
        case .cancelOpening:
            var closable = setup.instruments.indices.map { known(by: instance, $0) }
            return closes(Order.Terms(intent), intent.quantity, &closable)
        case .cancelAll, .flatten: return false
        }
    }

    /// Cancels every order of an instance that is not protective.
    private mutating func cancelAll(of instance: InstanceRef) {
        for index in slots.indices where isExplicit(index, of: instance) { cancel(index) }
        for index in parents.indices where isParent(index, of: instance) {
            stop(index, .canceled, .none)
        }
    }

    private func isExplicit(_ index: Int, of instance: InstanceRef) -> Bool {
        slots[index].isLive && slots[index].instance == instance.pointee.index
            && slots[index].order.purpose.isExplicit
    }

    private func isParent(_ index: Int, of instance: InstanceRef) -> Bool {
        parents[index].isLive && parents[index].instance == instance.pointee.index
    }

    /// Cancels an order as its owner would.
    private mutating func cancel(_ index: Int) {
        if hasFaults {
            sendCancel(index, .none)
        } else {
            end(index, slots[index].number, .canceled, reason: .none)
        }
    }

    private mutating func dropProtection(of instance: InstanceRef) {
        for instrument in setup.instruments.indices {
            if instance.pointee.guardedFrom[instrument] != 0 { guardedCount[instrument] -= 1 }
            instance.pointee.guardedFrom[instrument] = 0
            instance.pointee.guards[instrument] = nil
            let none = Protection(stop: 0, takeProfit: 0, timeStop_ns: 0)
            adopt(none, instance, instrument)
        }
    }

    /// Closes what an instance holds, and what orders that are under way may yet bring.
    private mutating func flatten(_ instance: InstanceRef) {
        instance.pointee.isFlattening = true
        for instrument in setup.instruments.indices {
            var closing = Protection(stop: 0, takeProfit: 0, timeStop_ns: 0)
            closing.isClosing = true
            instance.pointee.protection[instrument] = closing
            // Its guard is the next price: what cannot be closed now is closed then.
            guardedCount[instrument] += 1
            instance.pointee.guardedFrom[instrument] = 1
            try? protect(instance, instrument, from_ns: now_ns)
        }
    }
}
