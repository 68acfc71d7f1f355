/// What working orders hold, added up anew.
extension Engine {
    /// Where what books set aside and have under way is not what the orders hold that are not known
    /// to be done; nil when both agree. For checks: it looks at everything.
    package func reserveFault() -> String? {
        for account in accounts.indices {
            for index in accounts[account].instances {
                if let fault = reserveFault(instances[index], account) { return fault }
            }
        }
        return nil
    }

    private func reserveFault(_ instance: InstanceRef, _ account: Int) -> String? {
        let book = instance.pointee.book
        var reserved: Int128 = 0, inFlight = instance.pointee.inFlight.map { _ in Int64(0) }
        for index in slots.indices {
            let slot = slots[index], extra = slots.extra(index)
            guard slot.isLive, slot.account == account, !slot.order.purpose.isClosing else {
                continue
            }
            let claims = [slot.claim] + extra.claims
            for (claim, held) in zip(claims, [slot.reserved] + extra.reserved)
            where claim.book == book {
                reserved += held
                inFlight[slot.order.terms.instrument] += claim.quantity
            }
        }
        let found = accounts[account].ledger.books[book].reserved
        if found != reserved {
            return "instance \(instance.pointee.index) reserves \(found), its orders \(reserved)"
        }
        if inFlight != instance.pointee.inFlight {
            return "instance \(instance.pointee.index) has \(instance.pointee.inFlight) under way,"
                + " its orders \(inFlight)"
        }
        return nil
    }
}
