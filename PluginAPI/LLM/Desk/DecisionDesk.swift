/// Everything between a market and a model: asks when it is time, within its budget, asks again
/// where that may help, and judges what comes back. It sends nothing: whoever drives it does.
///
/// The same snapshots, answers and times give the same requests and verdicts, bit for bit.
public struct DecisionDesk: Sendable {
    /// What never changes during a run.
    public struct Settings: Sendable {
        /// Who is asked, and how.
        public var chat: ChatSettings
        /// How the prompt is made; its rules hold for the answers too.
        public var template: Nof1Template
        /// What calls cost.
        public var prices: PriceTable
        /// What calls may use.
        public var limits: SpendLimits
        /// Between questions, in nanoseconds, above 0.
        public var interval_ns: Int64
        /// Until an answer is too late, in nanoseconds, above 0.
        public var patience_ns: Int64
        /// Attempts after the first, 0...2.
        public var retriesMax: Int64
        /// What prompts keep to themselves.
        public var mask = MaskKind.none
        /// Draws the names and levels of a mask.
        public var maskSeed: UInt64 = 0

        /// Three minutes between questions, two for an answer, two retries.
        public init(
            chat: ChatSettings, template: Nof1Template, prices: PriceTable, limits: SpendLimits
        ) {
            self.chat = chat
            self.template = template
            self.prices = prices
            self.limits = limits
            interval_ns = DecisionCycle.standardInterval_ns
            patience_ns = 120_000_000_000
            retriesMax = 2
        }
    }

    /// A request for the host. The host must not repeat it by itself: a call that was not heard of
    /// may have been paid for, and each attempt is reserved on its own.
    public struct Request: Hashable, Sendable, Codable {
        /// Distinct within a run.
        public let id: UInt64
        /// What is sent.
        public let call: ChatCall
        /// Not to be sent earlier, Unix nanoseconds UTC.
        public let notBefore_ns: Int64
        /// Not waited for longer.
        public let deadline_ns: Int64
    }

    /// What a tick or an answer leads to.
    public struct Outcome: Hashable, Sendable {
        /// To be sent; nil when there is nothing to ask.
        public var request: Request?
        /// One for each decision of an answer.
        public var verdicts: [Verdict] = []
        /// For the decision log; nil when nothing was decided.
        public var record: DecisionRecord?

        /// Nothing.
        public init() {}

        init(recording record: DecisionRecord) { self.record = record }
    }

    /// A question that awaits its answer.
    fileprivate struct Waiting: Sendable, Codable {
        let turn: DecisionCycle.Turn
        let prompt: Prompt
        let asOf_ns: Int64
        let price: TokenPrice
        let isCorrected: Bool
    }

    /// What it knows between two calls; another desk of the same settings goes on with it.
    public struct Memory: Sendable, Codable {
        fileprivate var cycle: DecisionCycle
        fileprivate var waiting: Waiting?
        /// Requests that were given up without an answer: a late one still settles its cost.
        fileprivate var late: [UInt64: TokenPrice] = [:]
        fileprivate var random: UInt64
        fileprivate var spent: SpendBook
        fileprivate var asleep: String?
    }

    private let settings: Settings
    /// What it knows.
    public private(set) var memory: Memory
    /// What was used so far.
    public var spent: SpendBook { memory.spent }
    /// Why the latest question was not asked; nil when it was.
    public var asleep: String? { memory.asleep }

    /// - Parameter seed: Spreads the pauses before retries.
    public init(settings: Settings, seed: UInt64) {
        self.settings = settings
        let cycle = DecisionCycle(
            interval_ns: settings.interval_ns, patience_ns: settings.patience_ns,
            retriesMax: settings.retriesMax)
        memory = Memory(cycle: cycle, random: seed, spent: SpendBook(limits: settings.limits))
    }

    /// Goes on with what another one knew; limits stay its own.
    public mutating func takeOver(_ memory: Memory) {
        self.memory = memory
        self.memory.spent.hold(to: settings.limits)
    }

    /// When something is to be asked next; nil at the start: at once.
    public var due_ns: Int64? { memory.cycle.due_ns }

    /// Asks when it is time.
    ///
    /// - Parameters:
    ///   - time_ns: Unix nanoseconds UTC; never falls.
    ///   - snapshot: Makes the snapshot of a number of minutes since the start, and of an
    ///     invocation; called only when something is asked.
    public mutating func tick(
        at time_ns: Int64, snapshot: (Int64, Int64) -> MarketSnapshot
    ) -> Outcome {
        let before = memory.waiting
        guard let turn = memory.cycle.begin(at: time_ns) else { return Outcome() }
        if let before { giveUp(before) }
        let minutes = (time_ns - (memory.cycle.start_ns ?? time_ns)) / 60_000_000_000
        let shown = snapshot(minutes, turn.invocation)
        let prompt = settings.template.prompt(of: mask(of: shown).masked(shown))
            .masked(by: settings.mask)
        guard let price = settings.prices.price(at: time_ns) else {
            return sleep("no price of the model is known", turn, prompt, at: time_ns)
        }
        let next = Waiting(
            turn: turn, prompt: prompt, asOf_ns: shown.asOf_ns, price: price, isCorrected: false)
        return ask(next, correction: nil, notBefore_ns: time_ns, at: time_ns)
    }

    /// Takes an answer in.
    ///
    /// - Parameters:
    ///   - id: Of the request.
    ///   - status: As in `rialto_responses_t.status`.
    ///   - retryAfter: The header of that name, or nil.
    ///   - time_ns: When the host could know it, Unix nanoseconds UTC.
    ///   - now: The market and the account as they are now, against which decisions are judged.
    public mutating func receive(
        id: UInt64, status: Int32, retryAfter: String?, body: some Sequence<UInt8>,
        at time_ns: Int64, now: MarketSnapshot
    ) -> Outcome {
        let answer = ChatAnswer(provider: settings.chat.provider, status: status, body: body)
        guard let asked = memory.waiting, asked.turn.requestID == id else {
            if let price = memory.late.removeValue(forKey: id) {
                settle(id: id, answer: answer, status: status, price: price)
            }
            return Outcome()
        }
        memory.waiting = nil
        let cost = settle(id: id, answer: answer, status: status, price: asked.price)
        guard let turn = memory.cycle.take(requestID: id, at: time_ns) else {
            return Outcome(recording: record(asked, "too late", answer, cost, at: time_ns))
        }
        switch answer.outcome {
        case .text(let text):
            return read(text, asked, turn, answer, cost, at: time_ns, now: now)
        case .truncated: return end("cut by its length")
        case .refused(let reason): return end("declined: \(reason)")
        case .unreadable(let reason): return end("unreadable: \(reason)")
        case .blank, .failed:
            let reason = if case .failed(let text) = answer.outcome { text } else { "blank" }
            guard answer.isRetryable || DecisionDesk.passes(status) else { return end(reason) }
            var outcome = end(reason)
            outcome.request = retry(
                asked, turn, correction: nil, retryAfter: retryAfter, at: time_ns)
            return outcome
        }

        func end(_ reason: String) -> Outcome {
            Outcome(recording: record(asked, reason, answer, cost, at: time_ns))
        }
    }

    // MARK: answers

    /// Reads and judges a text. One that breaks the form is sent back once, with what is wrong.
    private mutating func read(
        _ text: String, _ asked: Waiting, _ turn: DecisionCycle.Turn, _ answer: ChatAnswer,
        _ cost: TinyMoney, at time_ns: Int64, now: MarketSnapshot
    ) -> Outcome {
        var market = now
        market.asOf_ns = asked.asOf_ns  // prices of now, under the name of what was asked
        let said = mask(of: market).unmasked(AnswerReader.read(text), asked: market)
        let verdicts = settings.template.rules.judge(said, against: market)
        var outcome = Outcome()
        outcome.verdicts = verdicts
        outcome.record = record(
            asked, said.failure ?? "read", answer, cost, at: time_ns, said: said,
            verdicts: verdicts)
        let fault = said.failure ?? (said.decisions.isEmpty ? said.unreadable.first : nil)
        guard let fault, !asked.isCorrected else { return outcome }
        let correction = ChatCall.Correction(answer: String(text.prefix(8192)), fault: fault)
        outcome.request = retry(
            asked, turn, correction: correction, retryAfter: nil, at: time_ns)
        return outcome
    }

    /// What is hidden of a snapshot; minute 0 is that of the first question.
    private func mask(of snapshot: MarketSnapshot) -> SnapshotMask {
        SnapshotMask(
            settings.mask, count: snapshot.coins.count, seed: settings.maskSeed,
            start_ns: memory.cycle.start_ns ?? snapshot.asOf_ns)
    }

    /// Whether a status may pass by itself.
    private static func passes(_ status: Int32) -> Bool {
        [408, 409, 429, -2, -3].contains(status) || (500...599).contains(status)
    }

    private mutating func retry(
        _ asked: Waiting, _ turn: DecisionCycle.Turn, correction: ChatCall.Correction?,
        retryAfter: String?, at time_ns: Int64
    ) -> Request? {
        let wait_ns = correction == nil ? pause_ns(turn.attempt, retryAfter) : 0
        guard wait_ns < turn.deadline_ns - time_ns, let next = memory.cycle.retry(turn, at: time_ns)
        else { return nil }
        let again = Waiting(
            turn: next, prompt: asked.prompt, asOf_ns: asked.asOf_ns, price: asked.price,
            isCorrected: correction != nil)
        return ask(
            again, correction: correction, notBefore_ns: time_ns + wait_ns, at: time_ns
        ).request
    }

    /// Two seconds, doubled with each attempt, spread over its upper half; or what the other side
    /// asks for, if that is longer.
    private mutating func pause_ns(_ attempt: Int64, _ retryAfter: String?) -> Int64 {
        let most: Int64 = 2_000_000_000 << attempt
        memory.random = memory.random &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        let own = most / 2 + Int64((memory.random >> 33) % UInt64(most / 2))
        guard let asked = retryAfter.flatMap({ Int64($0) }), (0...86_400).contains(asked) else {
            return own
        }
        return max(own, asked * 1_000_000_000)
    }

    // MARK: budget

    /// Reserves the worst case and makes the request, or goes to sleep until the next question.
    private mutating func ask(
        _ next: Waiting, correction: ChatCall.Correction?, notBefore_ns: Int64, at time_ns: Int64
    ) -> Outcome {
        let call = ChatCall(settings: settings.chat, prompt: next.prompt, correction: correction)
        let worst = next.price.costMax(
            promptTokens: call.promptTokensMax, tokensMax: settings.chat.tokensMax)
        do throws(SpendRefusal) {
            try memory.spent.reserve(
                id: next.turn.requestID, tokens: call.promptTokensMax + settings.chat.tokensMax,
                money: worst, time_ns: time_ns)
        } catch {
            return sleep(error.reason, next.turn, next.prompt, at: time_ns)
        }
        memory.asleep = nil
        memory.waiting = next
        var outcome = Outcome()
        outcome.request = Request(
            id: next.turn.requestID, call: call, notBefore_ns: notBefore_ns,
            deadline_ns: next.turn.deadline_ns)
        return outcome
    }

    private mutating func sleep(
        _ reason: String, _ turn: DecisionCycle.Turn, _ prompt: Prompt, at time_ns: Int64
    ) -> Outcome {
        memory.asleep = reason
        _ = memory.cycle.take(requestID: turn.requestID, at: time_ns)
        return Outcome(
            recording: DecisionRecord(
                time_ns: time_ns, turn: turn, prompt: prompt, outcome: "asleep: \(reason)",
                usage: nil, cost: 0, answer: nil, verdicts: []))
    }

    private mutating func giveUp(_ asked: Waiting) {
        // They stay counted as their worst case.
        if memory.late.count >= 64 { memory.late.removeAll() }
        memory.late[asked.turn.requestID] = asked.price
        memory.waiting = nil
    }

    /// Counts what a call used. One that the host or the provider turned away used nothing; of one
    /// that says nothing of its tokens the worst case stays.
    ///
    /// - Returns: What it cost as far as that is known, in units of 10^-12.
    @discardableResult
    private mutating func settle(
        id: UInt64, answer: ChatAnswer, status: Int32, price: TokenPrice
    ) -> TinyMoney {
        if let usage = answer.usage {
            let cost = price.cost(of: usage)
            memory.spent.settle(id: id, tokens: usage.total, money: cost)
            return cost
        }
        if status == -1 || (400...499).contains(status) {
            memory.spent.settle(id: id, tokens: 0, money: 0)
        }
        return 0
    }

    private func record(
        _ asked: Waiting, _ outcome: String, _ answer: ChatAnswer, _ cost: TinyMoney,
        at time_ns: Int64, said: ReadAnswer? = nil, verdicts: [Verdict] = []
    ) -> DecisionRecord {
        DecisionRecord(
            time_ns: time_ns, turn: asked.turn, prompt: asked.prompt, outcome: outcome,
            usage: answer.usage, cost: cost, answer: said, verdicts: verdicts)
    }
}
