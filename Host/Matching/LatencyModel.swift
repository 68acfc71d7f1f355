import RialtoValues

/// What is taken for the difference of two clocks: by how much the host's is ahead of a venue's.
package enum ClockOffset: Equatable, Sendable {
    /// None; but where an event seems to have come before it was sent, the most by which any of the
    /// instrument's has so far.
    case whereNegative
    /// The least difference of the instrument's events so far: its fastest event took no time.
    case least
    /// So many nanoseconds, of any sign.
    case stated(Int64)
}

/// How long an order takes to the venue and a report back, in nanoseconds, 0 or more.
///
/// Messages of one account keep their order on the way, as on one connection: none overtakes
/// another.
package struct LatencyModel: Equatable, Sendable {
    /// Shortest way of an order.
    package let order_ns: Int64
    /// Shortest way of a report.
    package let report_ns: Int64
    /// Each message takes up to this much longer, uniformly.
    package let jitter_ns: Int64
    /// Each message takes as long as the market event before it took from the venue to the host,
    /// where its data hold both times, on top of the shortest way.
    package let isRecorded: Bool
    /// What of such a recorded time is no way but a difference of clocks.
    package let clock: ClockOffset
    /// Seeds the jitter.
    package let seed: UInt64

    package init(
        order_ns: Int64, report_ns: Int64, jitter_ns: Int64 = 0, isRecorded: Bool = false,
        clock: ClockOffset = .whereNegative, seed: UInt64 = 0
    ) {
        precondition(
            order_ns >= 0 && report_ns >= 0 && jitter_ns >= 0, "latency is not negative")
        self.order_ns = order_ns
        self.report_ns = report_ns
        self.jitter_ns = jitter_ns
        self.isRecorded = isRecorded
        self.clock = clock
        self.seed = seed
    }

    /// Whether nothing ever takes any time.
    package var isZero: Bool {
        order_ns == 0 && report_ns == 0 && jitter_ns == 0 && !isRecorded
    }

    /// Whether every message takes the same time.
    package var isConstant: Bool { jitter_ns == 0 && !isRecorded }
}

/// The ways of one account's messages.
package struct Connection: Sendable {
    private let model: LatencyModel
    private var random: SeededGenerator
    private var lastOrder_ns = Int64.min
    private var lastReport_ns = Int64.min

    /// - Parameter index: Of the account: each has its own jitter.
    package init(_ model: LatencyModel, index: Int) {
        self.model = model
        random = SeededGenerator(seed: model.seed &+ UInt64(index) &* 0x9E37_79B9_7F4A_7C15)
    }

    /// When a message that leaves the host now reaches the venue.
    ///
    /// - Parameter recorded: What the last market event took, in nanoseconds; used when recorded.
    @inline(__always)
    package mutating func orderArrives(leaving now_ns: Int64, recorded: Int64) -> Int64 {
        if model.isConstant { return now_ns + model.order_ns }
        lastOrder_ns = max(lastOrder_ns, now_ns + model.order_ns + extra(recorded))
        return lastOrder_ns
    }

    /// When a report that leaves the venue now reaches the host.
    @inline(__always)
    package mutating func reportArrives(leaving now_ns: Int64, recorded: Int64) -> Int64 {
        if model.isConstant { return now_ns + model.report_ns }
        lastReport_ns = max(lastReport_ns, now_ns + model.report_ns + extra(recorded))
        return lastReport_ns
    }

    private mutating func extra(_ recorded: Int64) -> Int64 {
        let jitter =
            model.jitter_ns > 0 ? Int64.random(in: 0...model.jitter_ns, using: &random) : 0
        return jitter + (model.isRecorded ? max(0, recorded) : 0)
    }
}
