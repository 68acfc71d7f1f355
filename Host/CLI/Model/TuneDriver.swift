/// The program that drives Optuna, run by the Python of its own environment.
///
/// One process makes the study before any worker starts and watches over the workers; a worker that
/// dies is replaced, and the trial that it left behind is found by its missing heartbeat and tried
/// again. Each trial is a child process: parameters go in as options, its metric comes out as
/// JSON, any other end is a failed trial, and one that takes too long is killed with its children.
enum TuneDriver {
    static let source = #"""
        import ctypes, json, os, signal, subprocess, sys, time
        config = json.loads(sys.argv[2])
        import optuna
        from optuna.trial import TrialState
        optuna.logging.set_verbosity(optuna.logging.ERROR)
        import warnings
        warnings.simplefilter('ignore')

        class Refused(Exception):
            pass

        def was_left(trial):
            """Whether a worker died over it: it was tried again as another one."""
            return trial.state == TrialState.FAIL and 'why' not in trial.user_attrs

        class Sampler(optuna.samplers.TPESampler):
            """Draws of a trial follow from the seed and its number, whoever makes it."""
            def before_trial(self, study, trial):
                super().before_trial(study, trial)
                left = sum(1 for one in study.get_trials(deepcopy=False)
                           if was_left(one) and one.number < trial.number)
                seed = (config['seed'] * 1000003 + trial.number - left) % 2**32
                self._rng.rng.seed(seed)
                self._random_sampler._rng.rng.seed(seed)

        def storage():
            return optuna.storages.RDBStorage(
                config['storage'], heartbeat_interval=config['heartbeat_s'],
                grace_period=3 * config['heartbeat_s'],
                failed_trial_callback=optuna.storages.RetryFailedTrialCallback(max_retry=3))

        def study(made):
            return optuna.load_study(
                study_name=config['study'], storage=made,
                sampler=Sampler(n_startup_trials=config['startup']))

        def drawn(trial):
            options = []
            for one in config['space']:
                name = one['option']
                if one['type'] == 'whole':
                    value = trial.suggest_int(name, one['low'], one['high'], step=one['step'])
                elif one['type'] == 'number':
                    value = trial.suggest_float(name, one['low'], one['high'], log=one['log'])
                else:
                    value = trial.suggest_categorical(name, one['words'])
                options += ['--' + name, str(value)]
            return options

        libc = ctypes.CDLL(None)

        def die_with_parent():
            libc.prctl(1, signal.SIGKILL)

        def objective(trial):
            options = drawn(trial)
            name = 'trial-%d-%d.rialto' % (trial.number, os.getpid())
            path = os.path.join(config['folder'], name)
            words = config['command'] + options + ['--to', path]
            child = subprocess.Popen(
                words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL,
                start_new_session=True, preexec_fn=die_with_parent)
            try:
                out, error = child.communicate(timeout=config['trial_s'])
            except subprocess.TimeoutExpired:
                os.killpg(child.pid, signal.SIGKILL)
                child.communicate()
                trial.set_user_attr('why', 'it took longer than %g s' % config['trial_s'])
                raise Refused()
            finally:
                if os.path.exists(path): os.remove(path)
            try:
                assert child.returncode == 0
                value = float(json.loads(out.decode().splitlines()[-1])[config['metric']])
                assert value == value and abs(value) != float('inf')
            except Exception:
                why = error.decode(errors='replace').strip().splitlines()
                trial.set_user_attr('why', (why[-1] if why else 'exit %d' % child.returncode)[:400])
                raise Refused()
            return value

        def ended(one):
            """Trials that count: those that were tried again count once."""
            return [trial for trial in one.get_trials(deepcopy=False)
                    if trial.state in (TrialState.COMPLETE, TrialState.FAIL)
                    and not was_left(trial)]

        def is_over(one):
            return len(ended(one)) >= config['trials'] or time.time() > config['until']

        def work():
            die_with_parent()
            one = study(storage())
            def stop(_, __):
                if is_over(one): one.stop()
            if not is_over(one): one.optimize(objective, callbacks=[stop], catch=(Refused,))

        def tell(trial):
            state = 'failed' if trial.state == TrialState.FAIL else 'done'
            print(json.dumps({
                'trial': trial.number, 'state': state, 'value': trial.value,
                'parameters': trial.params, 'why': trial.user_attrs.get('why', ''),
            }), flush=True)

        def watch():
            made = storage()
            one = optuna.create_study(
                study_name=config['study'], storage=made, direction=config['direction'],
                load_if_exists=True, sampler=Sampler(n_startup_trials=config['startup']))
            told, deaths, workers = set(), 0, []
            def start():
                return subprocess.Popen([sys.executable, __file__, 'work', sys.argv[2]])
            try:
                while True:
                    fallen = [one for one in workers if one.poll() not in (None, 0)]
                    workers = [one for one in workers if one.poll() is None]
                    if fallen:
                        deaths += len(fallen)
                        if deaths > 20: sys.exit('workers die again and again')
                        # What they left is found once its heartbeat is old enough.
                        time.sleep(3 * config['heartbeat_s'] + 1)
                        optuna.storages.fail_stale_trials(one)
                    while not is_over(one) and len(workers) < config['workers']:
                        workers.append(start())
                    for trial in ended(one):
                        if trial.number not in told:
                            told.add(trial.number)
                            tell(trial)
                    if is_over(one) and (not workers or time.time() > config['until']): break
                    time.sleep(0.1)
            finally:
                for worker in workers:
                    worker.kill()
                    worker.wait()
            for trial in ended(one):
                if trial.number not in told: tell(trial)

        if sys.argv[1] == 'watch': watch()
        else: work()
        """#
}
