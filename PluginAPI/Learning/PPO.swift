import RialtoValues

/// What a policy acts in, step by step.
public protocol Environment {
    /// Writes what there is to see now; as many numbers as the policy looks at.
    func observe(_ numbers: UnsafeMutableBufferPointer<Double>)

    /// Acts, and moves on.
    ///
    /// - Returns: What it brought, and whether this was the last step; the next one is a new start.
    mutating func step(_ action: Int) -> (reward: Double, isLast: Bool)
}

/// Learns a policy by proximal policy optimisation.
///
/// - Source: Schulman et al., arXiv 1707.06347 (clipped objective) and 1506.02438 (advantages).
public struct PPO: Sendable {
    /// How it learns.
    public struct Settings: Hashable, Sendable {
        /// Steps that it plays before each round of learning, a multiple of `batch`.
        public var steps = 1024
        /// Times that it learns from each step.
        public var epochs = 6
        /// Steps of one change of the weights.
        public var batch = 128
        /// What a reward is worth a step earlier, 0..<1.
        public var discount = 0.9
        /// Between the critic's word (0) and what came of it (1).
        public var trace = 0.95
        /// Part by which the chance of an action may change in one round.
        public var clip = 0.2
        /// Size of a step of the weights.
        public var rate = 3e-3
        /// Weight of the critic's error in the loss.
        public var valueWeight = 0.5
        /// Weight of the policy's entropy, which keeps it trying.
        public var entropyWeight = 0.01
        /// Longest gradient.
        public var gradientMax = 0.5

        public init() {}
    }

    /// What a round came to.
    public struct Round: Hashable, Sendable {
        /// Mean reward of a step.
        public let reward: Double
        /// Mean entropy of the policy, in nats.
        public let entropy: Double
        /// Part of the steps whose chance left the clip.
        public let clipped: Double
    }

    /// How it learns.
    public let settings: Settings
    /// Plays one step at a time.
    public private(set) var player: PolicyNetwork
    private var learner: PolicyNetwork
    private let terms: LossTerms
    private var adam: Adam
    private var random: SeededGenerator
    private var record: Played

    /// - Parameter seed: The whole of its learning follows from it and the environment.
    public init(_ shape: PolicyShape, _ settings: Settings, seed: UInt64) {
        precondition(settings.batch > 0 && settings.steps % settings.batch == 0, "whole batches")
        self.settings = settings
        player = PolicyNetwork(shape, batch: 1)
        learner = PolicyNetwork(shape, batch: settings.batch)
        terms = LossTerms(&learner, settings)
        adam = Adam(rate: settings.rate, clip: settings.gradientMax)
        random = SeededGenerator(seed: seed)
        record = Played(steps: settings.steps, observations: shape.observations)
        learner.tape.initialise(seed: random.next())
        player.tape.setWeights(learner.tape.weights)
    }

    /// Plays, and learns from it.
    public mutating func round(_ environment: inout some Environment) -> Round {
        play(&environment)
        record.weigh(discount: settings.discount, trace: settings.trace)
        var entropy = 0.0, clipped = 0.0, count = 0.0
        var order = Array(0..<settings.steps)
        for _ in 0..<settings.epochs {
            order.shuffle(&random)
            for start in stride(from: 0, to: settings.steps, by: settings.batch) {
                terms.load(&learner, record, order[start..<start + settings.batch])
                learner.tape.forward()
                learner.tape.backward(from: terms.loss)
                adam.step(&learner.tape)
                entropy += learner.tape.value(terms.entropy)
                clipped += terms.clippedPart(learner, settings.clip)
                count += 1
            }
        }
        player.tape.setWeights(learner.tape.weights)
        return Round(
            reward: record.rewards.reduce(0, +) / Double(settings.steps), entropy: entropy / count,
            clipped: clipped / count)
    }

    private mutating func play(_ environment: inout some Environment) {
        for step in 0..<settings.steps {
            player.observe { environment.observe($0) }
            player.tape.forward()
            let action = choose()
            record.keep(step, player, action)
            let (reward, isLast) = environment.step(action)
            record.rewards[step] = reward
            record.ends[step] = isLast
        }
        player.observe { environment.observe($0) }
        player.tape.forward()
        record.expected[settings.steps] = player.tape.value(player.expected)
    }

    /// An action by its chance.
    private mutating func choose() -> Int {
        var rest = random.unit()
        for action in 0..<player.shape.actions - 1 {
            rest -= player.probability(of: action)
            if rest < 0 { return action }
        }
        return player.shape.actions - 1
    }
}

/// What was played.
struct Played: Sendable {
    let width: Int
    var observations: [Double]
    var actions: [Int]
    var chances: [Double]
    /// One more than steps: what was expected after the last.
    var expected: [Double]
    var rewards: [Double]
    var ends: [Bool]
    var advantages: [Double]
    var returns: [Double]

    init(steps: Int, observations width: Int) {
        let zeros = [Double](repeating: 0, count: steps)
        self.width = width
        observations = [Double](repeating: 0, count: steps * width)
        actions = [Int](repeating: 0, count: steps)
        chances = zeros
        expected = zeros + [0]
        rewards = zeros
        ends = [Bool](repeating: false, count: steps)
        advantages = zeros
        returns = zeros
    }

    mutating func keep(_ step: Int, _ player: PolicyNetwork, _ action: Int) {
        let seen = player.seen
        for index in 0..<width {
            observations[step * width + index] = seen[seen.startIndex + index]
        }
        actions[step] = action
        chances[step] = player.tape.value(player.chances, column: action)
        expected[step] = player.tape.value(player.expected)
    }

    /// Finds how much better each action was than expected: generalised advantages, then brought to
    /// mean 0 and deviation 1.
    mutating func weigh(discount: Double, trace: Double) {
        var next = 0.0
        for step in rewards.indices.reversed() {
            let after = ends[step] ? 0 : 1.0
            let surprise = rewards[step] + discount * after * expected[step + 1] - expected[step]
            next = surprise + discount * trace * after * next
            advantages[step] = next
            returns[step] = next + expected[step]
        }
        let size = Double(rewards.count), mean = advantages.reduce(0, +) / size
        let variance = advantages.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / size
        let inverse = 1 / (variance.squareRoot() + 1e-8)
        for step in advantages.indices { advantages[step] = (advantages[step] - mean) * inverse }
    }
}

/// The parts of a learner's loss.
private struct LossTerms: Sendable {
    let loss: Node
    let entropy: Node
    private let ratio: Node
    private let actions: IndexNode
    private let before: Node
    private let advantages: Node
    private let returns: Node

    init(_ network: inout PolicyNetwork, _ settings: PPO.Settings) {
        let rows = network.batch, chances = network.chances, expected = network.expected
        func make(_ tape: inout Tape) -> Node { tape.input(rows: rows, columns: 1) }
        before = make(&network.tape)
        advantages = make(&network.tape)
        returns = make(&network.tape)
        actions = network.tape.indices(rows)
        let chosen = network.tape.pick(chances, actions)
        ratio = network.tape.exp(network.tape.subtract(chosen, before))
        let held = network.tape.clamp(ratio, 1 - settings.clip, 1 + settings.clip)
        let gain = network.tape.minimum(
            network.tape.multiply(ratio, advantages), network.tape.multiply(held, advantages))
        let error = network.tape.square(network.tape.subtract(expected, returns))
        let spread = network.tape.multiply(network.tape.exp(chances), chances)
        let perRow = -Double(network.shape.actions)
        entropy = network.tape.affine(network.tape.mean(spread), factor: perRow)
        let acting = network.tape.affine(network.tape.mean(gain), factor: -1)
        let judging = network.tape.affine(network.tape.mean(error), factor: settings.valueWeight)
        let trying = network.tape.affine(entropy, factor: -settings.entropyWeight)
        loss = network.tape.add(network.tape.add(acting, judging), trying)
    }

    func load(_ network: inout PolicyNetwork, _ record: Played, _ steps: ArraySlice<Int>) {
        for (row, step) in steps.enumerated() {
            network.observe(row: row) { numbers in
                for index in 0..<record.width {
                    numbers[index] = record.observations[step * record.width + index]
                }
            }
            network.tape.set(actions, row, to: record.actions[step])
        }
        fill(&network.tape, before, record.chances, steps)
        fill(&network.tape, advantages, record.advantages, steps)
        fill(&network.tape, returns, record.returns, steps)
    }

    private func fill(
        _ tape: inout Tape, _ node: Node, _ values: [Double], _ steps: ArraySlice<Int>
    ) {
        tape.set(node) { numbers in
            for (row, step) in steps.enumerated() { numbers[row] = values[step] }
        }
    }

    func clippedPart(_ network: PolicyNetwork, _ clip: Double) -> Double {
        let outside = network.tape.values(ratio).reduce(0) {
            $0 + (($1 - 1).magnitude > clip ? 1 : 0)
        }
        return Double(outside) / Double(network.batch)
    }
}

extension [Int] {
    /// Puts the numbers in an order that follows from the generator alone (Fisher and Yates).
    mutating func shuffle(_ random: inout SeededGenerator) {
        for index in stride(from: count - 1, to: 0, by: -1) {
            swapAt(index, random.below(index + 1))
        }
    }
}
