import RialtoValues

/// What goes wrong with the messages between the host and the venue: orders, cancels, replaces,
/// reports, questions and answers alike. All shares 0 is a connection without a fault.
package struct ConnectionFaults: Equatable, Sendable {
    /// Share of the messages that never come, in 10^-9.
    package var lost_e9: Int64
    /// Share of those that come twice, in 10^-9.
    package var doubled_e9: Int64
    /// Share of those that come late, so that others overtake them, in 10^-9.
    package var late_e9: Int64
    /// The most by which a late message is late, in nanoseconds, above 0.
    package var lateMax_ns: Int64
    /// After so long without an answer the host takes what became of an order as unknown, and asks.
    /// The venue takes no message that was longer under way. In nanoseconds, above 0.
    package var patience_ns: Int64

    package init(
        lost_e9: Int64 = 0, doubled_e9: Int64 = 0, late_e9: Int64 = 0,
        lateMax_ns: Int64 = 5_000_000_000, patience_ns: Int64 = 30_000_000_000
    ) {
        precondition(lateMax_ns > 0 && patience_ns > 0, "lateness and patience are above zero")
        self.lost_e9 = lost_e9
        self.doubled_e9 = doubled_e9
        self.late_e9 = late_e9
        self.lateMax_ns = lateMax_ns
        self.patience_ns = patience_ns
    }

    package static let none = ConnectionFaults()

    /// Whether nothing ever goes wrong.
    package var isNone: Bool { lost_e9 == 0 && doubled_e9 == 0 && late_e9 == 0 }
}

/// Draws what becomes of the messages of one account.
package struct FaultyLine: Sendable {
    private let faults: ConnectionFaults
    private var random: SeededGenerator

    /// - Parameter index: Of the account: each has its own faults.
    package init(_ faults: ConnectionFaults, seed: UInt64, index: Int) {
        self.faults = faults
        random = SeededGenerator(
            seed: (seed ^ 0x5EED_0F11) &+ UInt64(index) &* 0x9E37_79B9_7F4A_7C15)
    }

    /// By how much later than usual each copy of the next message comes, in nanoseconds; empty when
    /// it is lost.
    package mutating func delays() -> [Int64] {
        if draws(faults.lost_e9) { return [] }
        return draws(faults.doubled_e9) ? [delay(), delay()] : [delay()]
    }

    private mutating func delay() -> Int64 {
        draws(faults.late_e9) ? Int64.random(in: 1...faults.lateMax_ns, using: &random) : 0
    }

    private mutating func draws(_ share_e9: Int64) -> Bool {
        Int64.random(in: 0..<1_000_000_000, using: &random) < share_e9
    }
}
