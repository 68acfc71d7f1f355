/// The mean score of what was written lately: each text counts half as much after each half-life,
/// and where little was written the mean is near 0.
///
/// Equal texts at equal times give equal numbers on every machine.
public struct DecayingScore: Equatable, Sendable {
    /// Sum of weight times score, as of `time_ns`.
    public internal(set) var sum = 0.0
    /// Sum of weights, as of `time_ns`.
    public internal(set) var weight = 0.0
    /// Unix nanoseconds UTC.
    public internal(set) var time_ns: Int64 = 0

    /// Nothing written yet.
    public init() {}

    /// What was once saved.
    public init(sum: Double, weight: Double, time_ns: Int64) {
        self.sum = sum
        self.weight = weight
        self.time_ns = time_ns
    }

    /// -1...1: the sum over the weights and one more, which says 0.
    public var value: Double { sum / (weight + 1) }

    /// How much was written lately, 0...1.
    public var confidence: Double { weight / (weight + 1) }

    /// Lets time pass.
    ///
    /// - Parameter halfLife_ns: Above 0.
    public mutating func pass(to time_ns: Int64, halfLife_ns: Int64) {
        let share = DecayingScore.share(time_ns - self.time_ns, halfLife_ns)
        sum *= share
        weight *= share
        self.time_ns = max(self.time_ns, time_ns)
    }

    /// Takes in a score of -1...1 at the present time.
    ///
    /// - Parameters:
    ///   - weight: 0...1.
    ///   - age_ns: For how long it had been written by then.
    public mutating func add(_ score: Double, weight: Double, age_ns: Int64, halfLife_ns: Int64) {
        let weight = weight * DecayingScore.share(age_ns, halfLife_ns)
        sum += weight * score
        self.weight += weight
    }

    /// What is left after some time: a half for each half-life.
    ///
    /// By halves and a fixed polynomial, with no library whose last digit may differ.
    static func share(_ passed_ns: Int64, _ halfLife_ns: Int64) -> Double {
        guard passed_ns > 0 else { return 1 }
        let whole = passed_ns / halfLife_ns
        guard whole < 60 else { return 0 }
        // 2^-x = e^-y, y = x ln 2 in 0..<0.69: nine terms are right to 1e-9.
        let y = Double(passed_ns % halfLife_ns) / Double(halfLife_ns) * 0.693_147_180_559_945_3
        var term = 1.0, sum = 1.0
        for index in 1...11 {
            term *= -y / Double(index)
            sum += term
        }
        return sum / Double(Int64(1) << whole)
    }
}
