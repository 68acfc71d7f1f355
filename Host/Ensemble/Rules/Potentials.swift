import Glibc

/// exp(eta R): exponential weights of the sum of regrets.
///
/// - Source: Vovk 1990; Littlestone and Warmuth 1994; EWA of the R package opera.
struct ExponentialPotential: RegretPotential {
    let eta: Double
    private var sums: [Double] = []

    init(eta: Double) {
        precondition(eta > 0 && eta.isFinite)
        self.eta = eta
    }

    mutating func addSlot() { sums.append(0) }
    mutating func enter(_ slot: Int, members: (Int) -> Bool) { sums[slot] = 0 }
    mutating func add(_ regret: Double, to slot: Int, members: Int) { sums[slot] += regret }
    func logarithm(_ slot: Int) -> Double { eta * sums[slot] }
}

/// exp(eta R) with eta = sqrt(ln N / V) of each expert.
///
/// - Source: MLewa of the R package opera.
struct AdaptivePotential: RegretPotential {
    private var sums: [Double] = []
    private var squares: [Double] = []
    private var exponents: [Double] = []

    mutating func addSlot() {
        sums.append(0)
        squares.append(0)
        exponents.append(0)
    }

    mutating func enter(_ slot: Int, members: (Int) -> Bool) {
        (sums[slot], squares[slot], exponents[slot]) = (0, 0, 0)
    }

    mutating func add(_ regret: Double, to slot: Int, members: Int) {
        sums[slot] += regret
        squares[slot] += regret * regret
        guard squares[slot] > 0 else { return }
        let square = max(squares[slot], .leastNormalMagnitude)
        let rate = (log(Double(max(members, 2))) / square).squareRoot()
        exponents[slot] = rate * sums[slot]
    }

    func logarithm(_ slot: Int) -> Double { exponents[slot] }
}

/// eta times the product of 1 + eta regret, where eta falls as squared regrets add up.
///
/// Paper form, regrets in -1...1: R <= C / sqrt(ln N) sqrt(1 + V) + 2 C for every expert, where
/// C = 3 ln N + ln(1 + N / 2e (1 + ln(T + 1))).
/// - Source: Gaillard, Stoltz, van Erven 2014; MLprod of the R package opera.
struct ProductPotential: RegretPotential {
    private struct State {
        /// Rate in force, above 0 from the entry on.
        var eta = 0.0
        var exponent = 0.0
        var squares = 0.0
        var largest = 0.0
    }

    let form: RateForm
    private var states: [State] = []

    init(form: RateForm) { self.form = form }

    mutating func addSlot() { states.append(State()) }

    mutating func enter(_ slot: Int, members: (Int) -> Bool) {
        let others = states.indices.count { $0 != slot && members($0) }
        states[slot] = State()
        states[slot].eta = rate(states[slot], members: max(others + 1, 2))
    }

    mutating func add(_ regret: Double, to slot: Int, members: Int) {
        var state = states[slot]
        state.squares += regret * regret
        state.largest = max(state.largest, abs(regret))
        let next = rate(state, members: members)
        let ratio = next / state.eta
        switch form {
        case .opera: state.exponent = ratio * state.exponent + log1p(next * regret)
        case .paper:
            // Regrets beyond -1...1 break the paper's promise, never the arithmetic.
            let grown = log1p(max(state.eta * regret, -0.5))
            state.exponent = ratio * (state.exponent + grown)
        }
        state.eta = next
        states[slot] = state
    }

    func logarithm(_ slot: Int) -> Double { log(states[slot].eta) + states[slot].exponent }

    private func rate(_ state: State, members: Int) -> Double {
        let adaptive = (log(Double(max(members, 2))) / (1 + state.squares)).squareRoot()
        switch form {
        case .opera: return state.largest > 0 ? min(0.5 / state.largest, adaptive) : adaptive
        case .paper: return min(0.5, adaptive)
        }
    }
}

/// eta exp(eta Q) where Q sums regrets less eta times their squares, and eta = 1 / sqrt(2.2 V).
///
/// - Source: Wintenberger 2017; BOA of the R package opera. Its own runs with sleepers give weights
///   to the wrong experts, so those are not reproduced.
struct BernsteinPotential: RegretPotential {
    private var squares: [Double] = []
    private var sums: [Double] = []
    /// Smallest sum of squares above 0: the rate of who has shown nothing yet.
    private var least = 1.0
    private var hasLeast = false

    mutating func addSlot() {
        squares.append(0)
        sums.append(0)
    }

    /// A newcomer starts with the mean of the others' squares, so that it moves at their pace.
    mutating func enter(_ slot: Int, members: (Int) -> Bool) {
        var sum = 0.0, count = 0.0
        for other in squares.indices where other != slot && members(other) {
            sum += squares[other]
            count += 1
        }
        squares[slot] = count > 0 ? sum / count : 0
        sums[slot] = 0
    }

    mutating func add(_ regret: Double, to slot: Int, members: Int) {
        squares[slot] += 2.2 * regret * regret
        guard squares[slot] > 0 else { return }
        sums[slot] += regret - regret * regret / squares[slot].squareRoot()
        least = hasLeast ? min(least, squares[slot]) : squares[slot]
        hasLeast = true
    }

    func logarithm(_ slot: Int) -> Double {
        let square = squares[slot]
        return square > 0
            ? -0.5 * log(square) + sums[slot] / square.squareRoot() : -0.5 * log(least)
    }
}

/// exp(eta R - eta² V): the mean of it over the experts never passes 1 while eta |r| <= 1/2, hence
/// R <= ln N / eta + eta V for every expert.
///
/// - Source: Wintenberger 2017, at a fixed rate.
struct FixedBernsteinPotential: RegretPotential {
    let eta: Double
    private var exponents: [Double] = []

    init(eta: Double) {
        precondition(eta > 0 && eta.isFinite)
        self.eta = eta
    }

    mutating func addSlot() { exponents.append(0) }
    mutating func enter(_ slot: Int, members: (Int) -> Bool) { exponents[slot] = 0 }

    mutating func add(_ regret: Double, to slot: Int, members: Int) {
        let step = eta * regret
        exponents[slot] += step - step * step
    }

    func logarithm(_ slot: Int) -> Double { exponents[slot] }
}
