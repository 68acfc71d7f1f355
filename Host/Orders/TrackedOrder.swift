import RialtoValues

/// An order as its reports from a venue tell it: executions that come twice count once, and the
/// average price is kept exactly.
///
/// Reports in any order end in the same value. Those that contradict each other mark the order for
/// reconciliation; they never stop the process.
package struct TrackedOrder: Equatable, Sendable {
    package private(set) var order: Order
    /// Sum of price times quantity over all executions, in price units times quantity units.
    package private(set) var filledValue: Int128 = 0
    private var executions: [UInt64: Execution] = [:]
    private var hasBadExecution = false

    private struct Execution: Equatable, Sendable {
        let price: Int64
        let quantity: Int64
    }

    package init(_ order: Order) { self.order = order }

    /// Whether reports contradict each other: ask the venue what is true, and trade nothing on it.
    package var needsReconciliation: Bool { hasBadExecution || order.isContradictory }

    /// Where the order stands; unknown where reports contradict each other.
    package var state: OrderState { needsReconciliation ? .unknown : order.state }

    /// Takes note of an event that is not an execution.
    package mutating func apply(_ event: OrderEvent) {
        if case .filled = event {
            preconditionFailure("executions have an id: use apply(execution:price:quantity:)")
        }
        try? order.apply(event)
    }

    /// Takes note of an execution, once for each id.
    ///
    /// - Parameters:
    ///   - id: The venue's own id of the execution, unique within the order.
    ///   - price: In price units, above 0.
    ///   - quantity: In quantity units, above 0.
    /// - Returns: Whether it was new and consistent: only then it may reach the ledger.
    @discardableResult
    package mutating func apply(execution id: UInt64, price: Int64, quantity: Int64) -> Bool {
        let execution = Execution(price: price, quantity: quantity)
        if let known = executions[id] {
            if known != execution { hasBadExecution = true }
            return false
        }
        guard price > 0 else {
            hasBadExecution = true
            return false
        }
        do throws(OrderError) { try order.apply(.filled(quantity: quantity)) } catch {
            hasBadExecution = true
            return false
        }
        executions[id] = execution
        filledValue += Int128(price) * Int128(quantity)
        return true
    }

    /// Mean price of what has filled, in price units, rounded half to even; 0 before any.
    package var averagePrice: Int64 {
        guard order.filled > 0 else { return 0 }
        let (quotient, rest) = filledValue.quotientAndRemainder(dividingBy: Int128(order.filled))
        let twice = rest * 2, whole = Int128(order.filled)
        let up = twice > whole || (twice == whole && quotient & 1 == 1)
        return Int64(clamping: quotient + (up ? 1 : 0))
    }
}
