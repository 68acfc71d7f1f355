/// Compares the latest numbers of a window with as many drawn at random from the earlier ones, by
/// the two-sample test of Kolmogorov and Smirnov.
///
/// - Source: Raab, Heusinger, Schleif 2020; draws and exact probabilities as the package river
///   makes them, so that the same seed gives the same changes.
package struct Kswin: DriftDetector {
    /// Probability below which the two differ, 0...1.
    package let alpha: Double
    package let windowSize: Int
    /// Numbers compared, at most half of the window.
    package let partSize: Int
    package let seed: UInt32
    private var window: [Double] = []
    private var random: MersenneTwister

    package init(alpha: Double = 0.005, windowSize: Int = 100, partSize: Int = 30, seed: UInt32) {
        precondition(alpha >= 0 && alpha <= 1)
        precondition(partSize > 0)
        precondition(windowSize >= 2 * partSize)
        self.alpha = alpha
        self.windowSize = windowSize
        self.partSize = partSize
        self.seed = seed
        random = MersenneTwister(seed: seed)
    }

    package mutating func add(_ value: Double) -> Bool {
        guard value.isFinite else { return false }
        window.append(value)
        if window.count > windowSize { window.removeFirst() }
        guard window.count == windowSize else { return false }
        let earlier = windowSize - partSize
        let drawn = random.sample(partSize, of: earlier).map { window[$0] }
        let apart = Self.distance(drawn, Array(window[earlier...]))
        guard Double(apart) / Double(partSize) > 0.1,
            Self.probability(distance: apart, size: partSize) <= alpha
        else { return false }
        self = Kswin(alpha: alpha, windowSize: windowSize, partSize: partSize, seed: seed)
        return true
    }

    /// Whether the latest numbers, `value` with them, have a higher mean than the earlier ones.
    func isRise(with value: Double) -> Bool {
        let all = (window + [value]).suffix(windowSize)
        let late = all.suffix(partSize), early = all.dropLast(partSize)
        guard !early.isEmpty else { return false }
        return late.reduce(0, +) / Double(late.count) > early.reduce(0, +) / Double(early.count)
    }

    /// Largest difference of the two distribution functions, times the common size.
    static func distance(_ a: [Double], _ b: [Double]) -> Int {
        let (a, b) = (a.sorted(), b.sorted())
        var (i, j, most) = (0, 0, 0)
        while i < a.count, j < b.count {
            let value = min(a[i], b[j])
            while i < a.count, a[i] == value { i += 1 }
            while j < b.count, b[j] == value { j += 1 }
            most = max(most, abs(i - j))
        }
        return most
    }

    /// Probability that two samples of `size` from one continuous distribution lie `distance` or
    /// more apart.
    ///
    /// - Source: Gnedenko and Korolyuk 1951: paths that leave the lines x - y = ± distance.
    static func probability(distance: Int, size: Int) -> Double {
        guard distance > 0 else { return 1 }
        let n = Double(size)
        var result = 0.0
        for k in stride(from: size / distance, through: 0, by: -1) {
            let offset = Double(k * distance)
            var ratio = 1.0
            for j in 0..<distance {
                ratio *= (n - offset - Double(j)) / (n + offset + Double(j) + 1)
            }
            result = ratio * (1 - result)
        }
        return min(max(2 * result, 0), 1)
    }
}

/// The generator MT19937, seeded and drawn from as Python's `random` does it.
///
/// - Source: Matsumoto and Nishimura 1998, with the seeding of 2002.
struct MersenneTwister: Sendable {
    private static let size = 624
    private var state: [UInt32]
    private var index = size

    init(seed: UInt32) {
        state = Self.filled(19_650_218)
        let n = Self.size
        var i = 1
        for _ in 0..<n {
            state[i] = (state[i] ^ ((state[i - 1] ^ (state[i - 1] >> 30)) &* 1_664_525)) &+ seed
            i += 1
            if i == n { (state[0], i) = (state[n - 1], 1) }
        }
        for _ in 0..<n - 1 {
            let mixed = (state[i - 1] ^ (state[i - 1] >> 30)) &* 1_566_083_941
            state[i] = (state[i] ^ mixed) &- UInt32(i)
            i += 1
            if i == n { (state[0], i) = (state[n - 1], 1) }
        }
        state[0] = 0x8000_0000
    }

    private static func filled(_ seed: UInt32) -> [UInt32] {
        var state = [seed]
        for i in 1..<size {
            let last = state[i - 1]
            state.append(1_812_433_253 &* (last ^ (last >> 30)) &+ UInt32(i))
        }
        return state
    }

    mutating func next() -> UInt32 {
        if index == Self.size { twist() }
        var y = state[index]
        index += 1
        y ^= y >> 11
        y ^= (y << 7) & 0x9d2c_5680
        y ^= (y << 15) & 0xefc6_0000
        return y ^ (y >> 18)
    }

    private mutating func twist() {
        let n = Self.size
        for i in 0..<n {
            let y = (state[i] & 0x8000_0000) | (state[(i + 1) % n] & 0x7fff_ffff)
            state[i] = state[(i + 397) % n] ^ (y >> 1) ^ (y & 1 == 0 ? 0 : 0x9908_b0df)
        }
        index = 0
    }

    /// A number in 0..<bound, each as likely; bound is 1 or more.
    mutating func below(_ bound: Int) -> Int {
        let bits = Int.bitWidth - bound.leadingZeroBitCount
        while true {
            let value = Int(next() >> UInt32(32 - bits))
            if value < bound { return value }
        }
    }

    /// `count` different numbers of 0..<population, in the order drawn.
    mutating func sample(_ count: Int, of population: Int) -> [Int] {
        precondition(count <= population)
        var setSize = 21
        if count > 5 {
            // 4 to the power that first reaches three times the count.
            var power = 1
            while power < 3 * count { power *= 4 }
            setSize += power
        }
        guard population > setSize else { return sampleOfPool(count, population) }
        var taken: Set<Int> = []
        return (0..<count).map { _ in
            var drawn = below(population)
            while !taken.insert(drawn).inserted { drawn = below(population) }
            return drawn
        }
    }

    private mutating func sampleOfPool(_ count: Int, _ population: Int) -> [Int] {
        var pool = Array(0..<population)
        return (0..<count).map { taken in
            let place = below(population - taken)
            let drawn = pool[place]
            pool[place] = pool[population - taken - 1]
            return drawn
        }
    }
}
