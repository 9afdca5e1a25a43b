using Gyre.Contracts;
using Gyre.Training.Checkpoints;
using Gyre.Training.Optimization;
using Gyre.Training.Recipes;
using Gyre.Training.Runs;

namespace Gyre.Training.Loop;

/// <summary>
/// The training loop: steps, validation, early stopping, samples, metrics and checkpoints. Its whole state fits a
/// checkpoint, so a resumed run computes the same bits as one that was never interrupted.
/// </summary>
internal sealed class Trainer
{
    private static readonly IReadOnlyDictionary<string, double> NoFigures = new Dictionary<string, double>();
    private readonly TrainerParts _parts;
    private readonly LoopRecipe _recipe;
    private readonly ITrainingTask _task;
    private readonly IOptimizer _optimizer;
    private readonly IReadOnlyList<StoredTensor> _weights;
    private readonly IReadOnlyList<StoredTensor> _moments;
    private readonly LossAverage _smoothed = new();
    private readonly LossAverage _speed = new(0.8);
    private SeededRandom _sampleRandom;
    private CheckpointState _state;
    private double _smoothedLoss = double.NaN;
    private long _startedAt;
    private double _elapsedBefore;
    private int _savedStep;

    public Trainer(TrainerParts parts)
    {
        _parts = parts;
        _recipe = parts.Recipe;
        _task = parts.Task;
        _sampleRandom = new SeededRandom(_recipe.Seed).Fork("samples");
        _optimizer = _recipe.Optimizer.Kind == OptimizerKind.Muon
            ? new Muon(_task.Parameters, _recipe.Optimizer, parts.Team)
            : new AdamW(_task.Parameters, _recipe.Optimizer, parts.Team);
        _weights = [.. _task.Parameters.Select(parameter => new StoredTensor(parameter.Name, parameter.Shape, parameter.Value))];
        _moments = [.. _optimizer.Moments, .. _task.State];
        _state = new CheckpointState
        {
            Step = 0,
            Position = default,
            SampleRandom = [],
            Tokens = 0,
            ElapsedSeconds = 0,
            LossSum = 0,
            LossWeight = 0,
            BestLoss = null,
            BestStep = 0,
            ValidationLoss = null,
            PatienceLoss = null,
            WithoutImprovement = 0,
            IsFinished = false,
        };
    }

    /// <summary>The state after the last step.</summary>
    public CheckpointState State => _state;

    /// <summary>The running average of the training loss; not a number before the first step.</summary>
    public double SmoothedLoss => _smoothedLoss;

    /// <summary>Continues from the newest whole checkpoint; false when there is none.</summary>
    public bool Restore()
    {
        if (_parts.Checkpoints.LoadNewest(_weights, _moments, _parts.Observer.OnWarning) is not { } state)
        {
            return false;
        }

        _state = state;
        _savedStep = state.Step;
        _task.Position = state.Position;
        _sampleRandom = SeededRandom.Restore((state.SampleRandom[0], state.SampleRandom[1], state.SampleRandom[2], state.SampleRandom[3]));
        _smoothed.State = (state.LossSum, state.LossWeight);
        _smoothedLoss = state.LossWeight > 0 ? state.LossSum / state.LossWeight : double.NaN;
        return true;
    }

    /// <summary>Trains until the last step, early stopping or cancellation.</summary>
    /// <remarks>
    /// Errors: TRN0030 or TRN0031 when loss or gradient is not finite (nothing is saved after the last good checkpoint);
    /// TRN0020 when the last checkpoint of the run cannot be written.
    /// </remarks>
    public TrainingEnd Run(CancellationToken cancellationToken)
    {
        _elapsedBefore = _state.ElapsedSeconds;
        _startedAt = _parts.Time.GetTimestamp();
        using var metrics = MetricsLog.Open(_parts.Folder.Metrics, _state.Step);
        var samples = new SampleLog(_parts.Folder.Samples, _parts.Folder.SamplesPage, _state.Step);
        while (!_state.IsFinished)
        {
            if (cancellationToken.IsCancellationRequested)
            {
                Save(isLast: true);
                return TrainingEnd.Interrupted;
            }

            var point = Step();
            var isLast = _state.Step == _recipe.Schedule.Steps;
            var isMeasured = isLast || _state.Step % _recipe.Evaluation.Every == 0;
            if (isMeasured)
            {
                point = Measure(point);
            }

            Write(() => metrics.Append(point), "metrics");
            _state = _state with { IsFinished = isLast || HasLostPatience() };
            if (_recipe.Samples.Every > 0 && (_state.IsFinished || _state.Step % _recipe.Samples.Every == 0))
            {
                Sample(samples);
            }

            if (isMeasured)
            {
                Write(() => AtomicFile.WriteText(_parts.Folder.Plot, LossPlot.Draw(_recipe.Name, MetricsLog.Read(_parts.Folder.Metrics))), "loss plot");
            }

            if (_state.IsFinished || _state.Step % _recipe.Checkpoint.Every == 0)
            {
                Save(_state.IsFinished);
            }
        }

        return _state.Step == _recipe.Schedule.Steps ? TrainingEnd.Completed : TrainingEnd.StoppedEarly;
    }

    /// <summary>Puts the weights with the lowest validation loss into the model, when they were kept.</summary>
    public void UseBest()
    {
        if (_recipe.Checkpoint.KeepsBest && _state.BestStep > 0 && _state.BestStep != _state.Step
            && !_parts.Checkpoints.TryLoadBest(_state.BestStep, _weights, out var reason))
        {
            _parts.Observer.OnWarning("TRN0023", $"The best weights (step {_state.BestStep}) cannot be used: {reason}. The last ones (step {_state.Step}) are exported instead.");
        }
    }

    private MetricsPoint Step()
    {
        var began = _parts.Time.GetTimestamp();
        var step = _state.Step + 1;
        _task.ZeroGradients();
        var (loss, tokens, figures) = _task.Accumulate(step);
        if (!double.IsFinite(loss))
        {
            throw NotFinite("TRN0030", "loss", loss, step);
        }

        var norm = _optimizer.GradientNorm();
        if (!double.IsFinite(norm))
        {
            throw NotFinite("TRN0031", "gradient norm", norm, step);
        }

        var learningRate = LearningRate.At(_recipe.Schedule, step);
        _optimizer.Step(step, learningRate, norm);
        _task.AfterStep(step);
        _smoothedLoss = _smoothed.Add(loss);
        var seconds = _parts.Time.GetElapsedTime(began).TotalSeconds;
        var stepSpeed = tokens / Math.Max(seconds, 1e-9);
        var speed = 1 / _speed.Add(1 / stepSpeed);
        _state = _state with { Step = step, Position = _task.Position, Tokens = _state.Tokens + tokens };
        var elapsed = Elapsed();
        _parts.Observer.OnStep(new TrainingProgress
        {
            Step = step,
            Steps = _recipe.Schedule.Steps,
            Loss = loss,
            SmoothedLoss = _smoothedLoss,
            ValidationLoss = _state.ValidationLoss,
            BestValidationLoss = _state.BestLoss,
            LearningRate = learningRate,
            GradientNorm = norm,
            Tokens = _state.Tokens,
            TokensPerSecond = speed,
            Elapsed = TimeSpan.FromSeconds(elapsed),
            Remaining = TimeSpan.FromSeconds((_recipe.Schedule.Steps - step) * (tokens / speed)),
            Figures = figures ?? NoFigures,
        });
        return new MetricsPoint(step, loss, null, learningRate, norm, _state.Tokens, stepSpeed, elapsed) { Figures = figures };
    }

    private MetricsPoint Measure(MetricsPoint point)
    {
        if (_task.Measure() is not { } measure)
        {
            return point;
        }

        var loss = measure.Loss;
        if (!double.IsFinite(loss))
        {
            throw NotFinite("TRN0030", "validation loss", loss, _state.Step);
        }

        var isBest = _state.BestLoss is null || loss < _state.BestLoss;
        var improves = _state.PatienceLoss is null || loss < _state.PatienceLoss - _recipe.Evaluation.MinimumDelta;
        _state = _state with
        {
            ValidationLoss = loss,
            BestLoss = isBest ? loss : _state.BestLoss,
            BestStep = isBest ? _state.Step : _state.BestStep,
            PatienceLoss = improves ? loss : _state.PatienceLoss,
            WithoutImprovement = improves ? 0 : _state.WithoutImprovement + 1,
        };
        if (isBest && _recipe.Checkpoint.KeepsBest)
        {
            TrySave(() => _parts.Checkpoints.SaveBest(Snapshot(), _weights));
        }

        _parts.Observer.OnValidation(_state.Step, loss, isBest);
        return point with { ValidationLoss = loss, Figures = Joined(point.Figures, measure.Figures) };
    }

    private static IReadOnlyDictionary<string, double>? Joined(IReadOnlyDictionary<string, double>? figures, IReadOnlyDictionary<string, double>? measured)
    {
        if (measured is null)
        {
            return figures;
        }

        var joined = new SortedDictionary<string, double>(StringComparer.Ordinal);
        foreach (var (name, value) in (figures ?? NoFigures).Concat(measured.Select(pair => KeyValuePair.Create("eval/" + pair.Key, pair.Value))))
        {
            joined[name] = value;
        }

        return joined;
    }

    private bool HasLostPatience() =>
        _recipe.Evaluation.Patience > 0 && _state.WithoutImprovement >= _recipe.Evaluation.Patience;

    private void Sample(SampleLog log)
    {
        var written = _recipe.Samples.Prompts.Select(prompt => new TrainingSample(_state.Step, prompt, _parts.Sample(prompt, _sampleRandom.NextUInt64()))).ToArray();
        foreach (var sample in written)
        {
            _parts.Observer.OnSample(sample);
        }

        Write(() => log.Append(written), "samples");
    }

    private void Save(bool isLast)
    {
        if (_state.Step == _savedStep)
        {
            return;
        }

        if (isLast)
        {
            SaveNow();
        }
        else
        {
            TrySave(SaveNow);
        }
    }

    private void SaveNow()
    {
        var folder = _parts.Checkpoints.Save(Snapshot(), _weights, _moments, _parts.Observer.OnWarning);
        _savedStep = _state.Step;
        _parts.Observer.OnCheckpoint(_state.Step, folder);
    }

    /// <summary>A checkpoint in the middle that cannot be written does not end the run: the next one may.</summary>
    private void TrySave(Action save)
    {
        try
        {
            save();
        }
        catch (TrainingException error) when (error.Code == "TRN0020")
        {
            _parts.Observer.OnWarning(error.Code, error.Message + " Training goes on and tries again at the next checkpoint.");
        }
    }

    private CheckpointState Snapshot()
    {
        var random = _sampleRandom.State;
        return _state = _state with
        {
            SampleRandom = [random.S0, random.S1, random.S2, random.S3],
            ElapsedSeconds = Elapsed(),
            LossSum = _smoothed.State.Sum,
            LossWeight = _smoothed.State.Weight,
        };
    }

    private double Elapsed() => _elapsedBefore + _parts.Time.GetElapsedTime(_startedAt).TotalSeconds;

    private void Write(Action write, string what)
    {
        try
        {
            write();
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            _parts.Observer.OnWarning("TRN0016", $"Writing the {what} at step {_state.Step} failed: {error.Message.TrimEnd('.')}. Training goes on. Free space where '{_parts.Folder.Path}' lies.");
        }
    }

    private TrainingException NotFinite(string code, string what, double value, int step)
    {
        var last = _parts.Checkpoints.Newest();
        return new TrainingException(
            code,
            $"Training step {step} failed: the {what} is {value}; expected a finite number (the step's data begin at row {_state.Position.Row} of pass {_state.Position.Epoch + 1}). The step's weights were not saved; "
            + (last is null ? "there is no checkpoint yet. " : $"the last good checkpoint is '{last}'. ")
            + "Lower schedule.peak or lengthen schedule.warmup in a new run, and check the corpus.");
    }
}
