/// An order that is worked in parts: how much is done, how much its children hold, and what the
/// next of them may be. Filled and held together never exceed the quantity.
package struct ParentOrder: Equatable, Sendable {
    /// How far it has come.
    package enum Phase: Equatable, Sendable {
        /// Children are sent as they are due.
        case working
        /// No child is sent but one for the rest, once the others are gone.
        case closing
        /// The child for the rest is out.
        case taking
        /// It ends once its children are gone.
        case canceling
    }

    package let algorithm: Algorithm
    /// Smallest change of a quantity, above 0.
    package let lot: Int64
    /// In quantity units, above 0.
    package private(set) var quantity: Int64
    package private(set) var filled: Int64 = 0
    /// What children that may still fill hold.
    package private(set) var held: Int64 = 0
    /// Children that may still fill.
    package private(set) var children = 0
    package var phase = Phase.working

    package init(_ algorithm: Algorithm, quantity: Int64, lot: Int64) {
        precondition(quantity > 0 && lot > 0, "a parent has a quantity")
        self.algorithm = algorithm
        self.quantity = quantity
        self.lot = lot
    }

    /// What has not filled.
    package var left: Int64 { quantity - filled }

    /// What no child holds.
    package var free: Int64 { left - held }

    /// The child that brings what is done and under way up to `target`, in whole lots; 0 when
    /// nothing is due.
    package func child(upTo target: Int64) -> Int64 {
        let due = max(0, min(target, quantity) - filled - held)
        return due - due % lot
    }

    /// A child has been sent.
    ///
    /// - Parameter quantity: Above 0, at most `free`.
    package mutating func sent(_ quantity: Int64) {
        precondition(quantity > 0 && quantity <= free, "children never exceed their parent")
        held += quantity
        children += 1
    }

    /// A child has filled, be it in part.
    package mutating func fill(_ quantity: Int64) {
        precondition(quantity > 0 && quantity <= held, "children fill what they hold")
        held -= quantity
        filled += quantity
    }

    /// A child is gone, with `left` of it not filled.
    package mutating func gone(left: Int64) {
        precondition(left >= 0 && left <= held && children > 0, "a child goes once")
        held -= left
        children -= 1
    }

    /// Changes the quantity. Returns false, and changes nothing, where children hold more already.
    package mutating func resize(_ quantity: Int64) -> Bool {
        guard quantity > filled, quantity >= filled + held else { return false }
        self.quantity = quantity
        return true
    }
}
