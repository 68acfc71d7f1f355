import RialtoExecution
import RialtoOrders
import RialtoValues

/// Where an instance lives. The engine allocates it and frees it; access costs no check and no
/// count.
typealias InstanceRef = UnsafeMutablePointer<Instance>

/// One strategy instance while the engine runs it.
///
/// What the engine asks for at each order stands here by itself: to ask the setup would copy it.
struct Instance: ~Copyable {
    /// Index of its account.
    let account: Int
    /// Index among all instances.
    let index: Int
    /// Index of its virtual book; book 0 is nobody's.
    let book: Int
    let port: StrategyPort
    /// Kinds of events that it is given.
    let kinds: EventKinds
    /// It reads no own events and does not stop where it acts.
    let isOpenLoop: Bool
    /// Whether it may hold less than nothing of a spot asset.
    let allowsShort: Bool
    /// How the host protects its positions, whatever it asks for; nil not at all.
    let rule: ProtectionRule?
    let feedPlace: UnsafeMutablePointer<Feed>
    /// What it is given of the market. Large, so it is read where it lies.
    // Proof: initialized in `init`, never changed, freed in `deinit`.
    var feed: Feed { unsafeAddress { UnsafePointer(feedPlace) } }
    /// Instruments that it may trade.
    let instrumentCount: Int
    /// The first entry of `feed` that belongs to the run.
    let start: Int
    /// The batch that it is given, pointed anew at each call.
    let batch: UnsafeMutablePointer<EventBatch>
    /// First entry of the feed that it has not read.
    var cursor: Int
    /// First forecast event that it has not read.
    var forecastCursor = 0
    /// What is published of the series that it reads; nil where it reads none.
    let mailbox: SeriesLog?
    /// First event of the mailbox that it has not read.
    var seriesCursor = 0
    /// It has read every event up to this time.
    var through_ns: Int64 = .min
    var hasEnded = false
    /// It has ended, and whatever it holds is closed.
    var isFlattening = false

    /// Intents that have not taken effect; those before `head` have.
    var sink = IntentSink()
    var head = 0
    /// Intents so far that took effect.
    var sequence = 0

    var orderReports: [OrderReport] = []
    var fillReports: [FillReport] = []
    var timerReports: [TimerReport] = []
    var responses: [ResponseReport] = []
    /// Who answers its requests; nil where the run allows none.
    let requests: RequestPort?
    /// Whether it is to be told what it has, although no order of its own was filled.
    var isAccountDue = false

    /// Wanted position by instrument; nil where it never said.
    var targets: FixedColumn<Int64?>
    /// What it said of its targets, and what they were scaled to; kept where capital moves.
    var saidTargets: [Int: (quantity: Int64, used: Int64)] = [:]
    /// Signed quantity of its claims in orders under way, by instrument.
    var inFlight: FixedColumn<Int64>
    /// The part of `inFlight` that serves its targets, by instrument.
    var targetInFlight: FixedColumn<Int64>
    /// Of that what orders sell, 0 or more, by instrument.
    var targetSells: FixedColumn<Int64>
    /// What orders of its own sell, 0 or more, by instrument: they may never fill.
    var ownSells: FixedColumn<Int64>
    /// What has filled and the host has not heard of, by instrument; see Engine+Belief.
    var unheard: FixedColumn<Unheard>
    /// By how much that changed the cash that no order may use.
    var unheardFree: Int128 = 0
    /// Intent that set the target, by instrument.
    var targetIntent: FixedColumn<Int>
    /// What the operator's rule keeps for its positions, by instrument.
    var guards: FixedColumn<PositionGuard?>
    /// Price at which a position opened that a rule is to guard, by instrument; 0 for none.
    var guardedFrom: FixedColumn<Int64>
    /// What protects the position that a target opened, by instrument.
    var protection: FixedColumn<Protection?>
    /// Slot of each working order by the plugin's own id.
    var ownOrders = OrderIndex()
    /// Place of each order that an algorithm works by the plugin's own id.
    var parents: [UInt64: Int] = [:]
    /// Orders that wait for another of its orders to fill.
    var waiting: [WaitingOrder] = []

    init(
        setup: InstanceSetup, account: Int, index: Int, book: Int, instruments: Int,
        mailbox: SeriesLog?
    ) {
        self.mailbox = mailbox
        self.account = account
        self.index = index
        self.book = book
        port = setup.port
        kinds = setup.port.kinds
        isOpenLoop = setup.port.isOpenLoop
        allowsShort = setup.allowsShort
        rule = setup.protection
        requests = setup.requests
        feedPlace = .allocate(capacity: 1)
        feedPlace.initialize(to: setup.feed)
        instrumentCount = setup.instruments.count
        start = setup.start
        batch = .allocate(capacity: 1)
        batch.initialize(to: EventBatch())
        cursor = setup.start
        targets = FixedColumn(repeating: nil, count: instruments)
        inFlight = FixedColumn(repeating: 0, count: instruments)
        targetInFlight = FixedColumn(repeating: 0, count: instruments)
        targetSells = FixedColumn(repeating: 0, count: instruments)
        ownSells = FixedColumn(repeating: 0, count: instruments)
        unheard = FixedColumn(repeating: Unheard(), count: instruments)
        targetIntent = FixedColumn(repeating: -1, count: instruments)
        protection = FixedColumn(repeating: nil, count: instruments)
        guards = FixedColumn(repeating: nil, count: instruments)
        guardedFrom = FixedColumn(repeating: 0, count: instruments)
    }

    deinit {
        feedPlace.deinitialize(count: 1)
        feedPlace.deallocate()
        batch.deinitialize(count: 1)
        batch.deallocate()
    }

    /// Whether own events wait to be delivered.
    var hasOwnEvents: Bool {
        !orderReports.isEmpty || !fillReports.isEmpty || !timerReports.isEmpty || isAccountDue
            || !responses.isEmpty
    }

    /// When its next intent takes effect; Int64.max when none waits.
    var nextIntent_ns: Int64 {
        head < sink.intents.count ? sink.intents[head].time_ns : .max
    }

    /// Entry of the feed that its next intent answers; 0 where it answered something else.
    var nextIntentEntry: Int { Int(sink.intents[head].row) }

    mutating func forgetEffectedIntents() {
        guard head == sink.intents.count, head > 0 else { return }
        sink.intents.removeAll(keepingCapacity: true)
        if !sink.texts.isEmpty { sink.texts.removeAll(keepingCapacity: true) }
        head = 0
    }
}

/// Stop, take-profit and time stop of one position, kept by the host.
struct Protection {
    var stop: Int64
    var takeProfit: Int64
    var timeStop_ns: Int64
    /// Slots of the working protective orders, with their numbers; -1 when none.
    var stopSlot = (slot: -1, number: -1)
    var takeProfitSlot = (slot: -1, number: -1)
    /// Whether there has been a position to protect.
    var hasOpened = false
    /// Its time is up: what is held goes to the market.
    var isClosing = false
    /// Counts openings, so that an old time stop does not close a new position.
    var opened = 0

    var isNone: Bool { stop == 0 && takeProfit == 0 && timeStop_ns == 0 }
}

extension Protection {
    /// What an intent asks for.
    init(_ intent: Intent) {
        self.init(
            stop: intent.stopPrice, takeProfit: intent.takeProfitPrice,
            timeStop_ns: intent.timeStop_ns)
    }
}

extension Order.Terms {
    /// The terms that an intent asks for.
    init(_ intent: Intent) {
        self.init(
            instrument: Int(intent.instrument), side: intent.side, type: intent.orderType,
            timeInForce: intent.timeInForce, isPostOnly: intent.isPostOnly,
            isReduceOnly: intent.isReduceOnly, quantity: intent.quantity, price: intent.price,
            trigger: intent.triggerPrice, expires_ns: intent.expireTime_ns)
    }
}

/// One order while the host knows it.
struct OrderSlot {
    /// Whether the slot holds an order at all.
    var isLive = true
    /// Dense from 0, in the order of submission.
    let number: Int
    var order: Order
    let account: Int
    /// Index of the instance that owns it; -1 when it nets several.
    let instance: Int
    /// The plugin's own id; 0 for netted and protective orders.
    let clientId: UInt64
    let intent: Int
    var claim: Claim
    /// Cash set aside for `claim`.
    var reserved: Int128 = 0
    let linkId: UInt64
    var isWorking = false
    /// Place of the parent whose child it is; -1 of any other order.
    let parent: Int
    /// Whether several instances share the order.
    let isShared: Bool
    /// Whether it has an ``OrderExtra``.
    let hasExtra: Bool

    /// - Parameters:
    ///   - others: Instances beside the first that share it.
    ///   - isProtecting: Whether it brings protection for what it opens.
    init(
        number: Int, order: Order, account: Int, instance: Int, clientId: UInt64, intent: Int,
        claim: Claim, others: Int = 0, isProtecting: Bool = false, linkId: UInt64 = 0,
        parent: Int = -1
    ) {
        self.number = number
        self.order = order
        self.account = account
        self.instance = instance
        self.clientId = clientId
        self.intent = intent
        self.claim = claim
        self.linkId = linkId
        self.parent = parent
        isShared = others > 0
        hasExtra = others > 0 || isProtecting
    }
}

/// What few orders have: those that net several instances or bring their own protection. Kept
/// apart, so that an order is plain memory.
struct OrderExtra {
    /// Claims of the instances beside the first.
    var claims: [Claim] = []
    /// Cash set aside for `claims`, in their order.
    var reserved: [Int128] = []
    /// What protects what the order opens.
    var protection: Protection?
}
