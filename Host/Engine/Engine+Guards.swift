import RialtoExecution
import RialtoMatching
import RialtoOrders
import RialtoValues

/// Stops that the operator's rules keep for positions, beside what plugins ask for.
extension Engine {
    /// Meters for every length that a rule takes of an instrument's bars.
    static func meters(_ setup: EngineSetup) -> [[RangeMeter]] {
        let rules = setup.accounts.flatMap(\.instances).compactMap(\.protection)
        let lengths = Set(rules.compactMap(\.rangeLength)).sorted()
        return setup.instruments.map { _ in lengths.map { RangeMeter(length: $0) } }
    }

    /// The lengths of an instrument's meters, in their order.
    static func meterLengths(_ setup: EngineSetup) -> [Int] {
        Set(setup.accounts.flatMap(\.instances).compactMap { $0.protection?.rangeLength }).sorted()
    }

    /// Average true range for a rule; nil without one, or before it is known.
    private func range(_ rule: ProtectionRule, _ instrument: Int) -> Double? {
        guard let length = rule.rangeLength, let index = meterLengths.firstIndex(of: length) else {
            return nil
        }
        return meters[instrument][index].value
    }

    /// A fill has changed a position: its guard begins, stays or goes.
    mutating func guardFill(_ instance: InstanceRef, _ instrument: Int, price: Int64) {
        guard instance.pointee.rule != nil, !instance.pointee.isFlattening else { return }
        let held = known(by: instance, instrument), had = instance.pointee.guards[instrument]
        let wasGuarded = instance.pointee.guardedFrom[instrument] != 0
        if held != 0, wasGuarded, had == nil || had?.side == (held > 0 ? .buy : .sell) { return }
        if wasGuarded { guardedCount[instrument] -= 1 }
        instance.pointee.guards[instrument] = nil
        instance.pointee.guardedFrom[instrument] = held == 0 ? 0 : price
        guard held != 0 else { return }
        guardedCount[instrument] += 1
        beginGuard(instance, instrument)
    }

    /// Begins to guard a position as soon as the rule's distance is known.
    private mutating func beginGuard(_ instance: InstanceRef, _ instrument: Int) {
        guard let rule = instance.pointee.rule else { return }
        instance.pointee.guards[instrument] = PositionGuard(
            rule, side: known(by: instance, instrument) > 0 ? .buy : .sell,
            entry: instance.pointee.guardedFrom[instrument], range: range(rule, instrument))
        guard instance.pointee.guards[instrument] != nil,
            instance.pointee.protection[instrument] == nil
        else { return }
        adopt(Protection(stop: 0, takeProfit: 0, timeStop_ns: 0), instance, instrument)
    }

    /// A bar of the instrument has closed, or a price was printed: guards follow.
    mutating func advanceGuards(
        _ instrument: Int, high: Int64, low: Int64
    ) throws(EngineError) {
        guard guardedCount[instrument] > 0 else { return }
        for instance in instances where instance.pointee.guardedFrom[instrument] != 0 {
            if instance.pointee.isFlattening {
                try protect(instance, instrument, from_ns: now_ns)
                continue
            }
            guard let rule = instance.pointee.rule else { continue }
            if instance.pointee.guards[instrument] == nil {
                beginGuard(instance, instrument)
                try protect(instance, instrument, from_ns: now_ns)
            } else if instance.pointee.guards[instrument]?.see(
                high: high, low: low, range: range(rule, instrument), rule) == true
            {
                try protect(instance, instrument, from_ns: now_ns)
            }
        }
    }

    /// The stop that works for a position: the nearer of the plugin's and the rule's; 0 for none.
    func stopPrice(
        _ protection: Protection, _ instance: InstanceRef, _ instrument: Int
    ) -> Int64 {
        guard let own = instance.pointee.guards[instrument] else { return protection.stop }
        let step = setup.instruments[instrument].priceStep
        let whole = max(step, own.stop / step * step)
        guard protection.stop > 0 else { return whole }
        return own.side == .buy ? max(protection.stop, whole) : min(protection.stop, whole)
    }
}
