import RialtoKit

/// What the leader has done within a window of time that the follower has not.
///
/// A sample of both middles is kept every sixteenth of the window, in place of all quotes: the
/// window may be longer than asked for by that much. Taking a quote in allocates nothing.
struct LagWindow {
    private struct Sample {
        var time_ns = Int64.min
        var leader = 0.0
        var follower = 0.0
    }

    private static let capacity = 32
    private let window_ns: Int64
    private let step_ns: Int64
    private var samples = [Sample](repeating: Sample(), count: LagWindow.capacity)
    private var newest = 0
    private var leader = 0.0
    private var follower = 0.0

    init(window_ns: Int64) {
        self.window_ns = window_ns
        step_ns = max(1, window_ns / 16)
    }

    /// Takes in a quote; one without both sides voids its instrument's middle.
    mutating func take(_ quote: Quote, isLeader: Bool) {
        keep(at: quote.time_ns)
        let hasMarket = quote.bidPrice > 0 && quote.askPrice > 0
        let middle = hasMarket ? (Double(quote.bidPrice) + Double(quote.askPrice)) / 2 : 0
        if isLeader { leader = middle } else { follower = middle }
    }

    /// Keeps what was known before a time, when the last sample is old enough.
    private mutating func keep(at time_ns: Int64) {
        guard leader > 0, follower > 0 else { return }
        let last = samples[newest].time_ns
        guard last == .min || time_ns - last >= step_ns else { return }
        newest = (newest + 1) % LagWindow.capacity
        samples[newest] = Sample(time_ns: time_ns, leader: leader, follower: follower)
    }

    /// The part of the leader's move that is missing, as a share of the follower's price; nil while
    /// the window or a market is missing. A move of the follower's own is no lag.
    func lag(at time_ns: Int64) -> Double? {
        guard leader > 0, follower > 0 else { return nil }
        for back in 0..<LagWindow.capacity {
            let sample = samples[(newest + LagWindow.capacity - back) % LagWindow.capacity]
            guard sample.time_ns > .min else { return nil }
            guard sample.time_ns <= time_ns - window_ns else { continue }
            let led = leader / sample.leader - 1, followed = follower / sample.follower - 1
            return led > 0 ? max(0, led - max(0, followed)) : min(0, led - min(0, followed))
        }
        return nil
    }
}
