using Gyre.Contracts;
using Gyre.Evaluation;
using Gyre.Models;
using Gyre.Models.Adapters.Training;
using Gyre.Models.Architectures;
using Gyre.Models.Templates;
using Gyre.Tensors;
using Gyre.Tensors.Autodiff;
using Gyre.Tensors.Quantization;
using Gyre.Tensors.Threading;
using Gyre.Training.Alignment.Pairs;
using Gyre.Training.Alignment.Policies;
using Gyre.Training.Alignment.Tasks;
using Gyre.Training.Bases;
using Gyre.Training.Loop;
using Gyre.Training.Runs;
using Gyre.Training.Sampling;

namespace Gyre.Training.Alignment;

/// <summary>What an alignment's method needs beside the model: heads, a reference, a reward, a writer of answers.</summary>
/// <remarks>Owns: heads, reference and reward model, until disposed.</remarks>
internal sealed class AlignmentParts : IDisposable
{
    private const double HeadDeviation = 0.02;
    private const string LoadedAdapter = "aligned";
    private readonly AlignmentRecipe _recipe;
    private readonly BaseModel _source;
    private readonly SequenceScorer _scorer;
    private readonly TrainableAdapter? _adapter;
    private readonly RunFolder _folder;
    private readonly ThreadTeam _team;
    private readonly TensorPool _pool;
    private readonly Tape _measuring;
    private readonly List<IDisposable> _owned = [];

    public AlignmentParts(
        AlignmentRecipe recipe, BaseModel source, AlignmentData data, SequenceScorer scorer, TrainableAdapter? adapter, RunFolder folder, ThreadTeam team, TensorPool pool, IScorer? judge, CancellationToken cancellationToken)
    {
        (_recipe, _source, _scorer, _adapter, _folder, _team, _pool) = (recipe, source, scorer, adapter, folder, team, pool);
        _measuring = new Tape(team, pool, isRecording: false);
        _owned.Add(_measuring);
        Sampler = new AnswerSampler(Open, EndIds, AdapterName);
        try
        {
            var task = TaskOf(data, judge, cancellationToken);
            Task = recipe.Replay is { } replay
                ? new ReplayTask(task, scorer, data.Replay, replay.Weight, replay.Rows, recipe.Rows, new SeededRandom(recipe.Loop.Seed).Fork("replay"))
                : task;
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>What the loop drives.</summary>
    public ITrainingTask Task { get; }

    /// <summary>The trained model.</summary>
    public SequenceScorer Scorer => _scorer;

    /// <summary>The name under which the trained adapter is loaded; null when the whole model is trained.</summary>
    public string? AdapterName => _adapter is null ? null : LoadedAdapter;

    /// <summary>At most this many recorded passes make a step.</summary>
    public int Passes => (_recipe.IsOnline ? (_recipe.Policy.Prompts * _recipe.Policy.Answers / _recipe.Rows) + 1 : _recipe.Accumulation)
        + (_recipe.Replay is { } replay ? (replay.Rows + _recipe.Rows - 1) / _recipe.Rows : 0);

    /// <summary>Tokens that end an answer.</summary>
    public IReadOnlyList<int> EndIds => [.. _source.Configuration.EndTokenIds.Concat(_source.Tokenizer.EndIds).Distinct()];

    /// <summary>Answers with the weights as they are.</summary>
    public AnswerSampler Sampler { get; }

    /// <summary>The reward head, for a reward model; else null.</summary>
    public Tensor? RewardHead { get; private set; }

    /// <summary>The scorer that rewards answers; null where a model does or none is needed.</summary>
    public IScorer? RewardScorer { get; private set; }

    /// <summary>Answers a text as a user's message.</summary>
    public string Answer(string prompt, int maxTokens, double temperature, ulong seed)
    {
        var ids = new AnswerEncoder(_source).EncodePrompt([new ChatTurn("user", prompt)]);
        if (ids.Length == 0 || ids.Length >= _source.Configuration.ContextLength)
        {
            return "";
        }

        return TextOf(Sampler.Write([ids], maxTokens, temperature, _ => new SeededRandom(seed))[0]);
    }

    /// <summary>What an answer says.</summary>
    public string TextOf(EncodedAnswer answer) => PolicyTask.Text(_source.Tokenizer, EndIds, answer);

    /// <summary>Writes the adapter, or the model and a reward model's head beside it.</summary>
    public void Write()
    {
        if (_adapter is not null)
        {
            try
            {
                _adapter.Save(_folder.Adapter);
            }
            catch (ModelException error)
            {
                throw new TrainingException("TRN0050", $"Writing the adapter failed: {error.Message} Free space and run again with --resume; the training is not lost.", error);
            }

            return;
        }

        BaseExport.Write(_folder.Model, _source, _scorer.Model, _recipe.Export, _team);
        if (RewardHead is not null)
        {
            RewardModelFile.Write(_folder.Model, RewardHead);
        }
    }

    /// <summary>The base, frozen, until disposed by the caller.</summary>
    public TrainableDecoder LoadBase() => Frozen(_source.Load(_pool));

    public void Dispose()
    {
        foreach (var owned in Enumerable.Reverse(_owned))
        {
            owned.Dispose();
        }
    }

    private static TrainableDecoder Frozen(TrainableDecoder model)
    {
        foreach (var parameter in model.Parameters)
        {
            parameter.Value.RequiresGradient = false;
        }

        return model;
    }

    private ITrainingTask TaskOf(AlignmentData data, IScorer? judge, CancellationToken cancellationToken)
    {
        var order = new SeededRandom(_recipe.Loop.Seed).Fork("order");
        switch (_recipe.Method)
        {
            case AlignmentMethod.Kto:
                return new RatedTask(_scorer, data.Rated, data.HeldOutRated, _recipe.Loss.Rated, _recipe.Rows, _recipe.Accumulation, order);
            case AlignmentMethod.Reward:
                RewardHead = Head("reward");
                return new RewardTask(_scorer, RewardHead, data.Pairs, data.HeldOutPairs, _recipe.Loss.Centring, _recipe.Rows, _recipe.Accumulation, order);
            case AlignmentMethod.Ppo or AlignmentMethod.Grpo:
                return PolicyOf(data, judge, order, cancellationToken);
            default:
                return new PreferenceTask(_scorer, data.Pairs, data.HeldOutPairs, _recipe.Loss.Pairs, _recipe.Rows, _recipe.Accumulation, order);
        }
    }

    private PolicyTask PolicyOf(AlignmentData data, IScorer? judge, SeededRandom order, CancellationToken cancellationToken)
    {
        // An adapter that is switched off leaves the base; a model that is trained whole needs a frozen copy.
        var frozen = _adapter is null ? LoadBase() : _scorer.Model;
        if (_adapter is null)
        {
            _owned.Add(frozen);
        }

        var reference = new SequenceScorer(frozen, _measuring, _measuring);
        return new PolicyTask(new PolicyParts
        {
            Options = _recipe.Policy,
            Policy = _scorer,
            ValueHead = _recipe.Policy.HasValueHead ? Head("value") : null,
            Reference = (answers, temperature) =>
            {
                _scorer.Model.UseAdapter(null);
                var scores = reference.Score(answers, _recipe.Rows, temperature);
                _scorer.Model.UseAdapter(_adapter?.Name);
                return scores;
            },
            Sampler = Sampler,
            Reward = RewardOf(judge, cancellationToken),
            Train = data.Prompts,
            HeldOut = [.. data.HeldOutPrompts.Take(_recipe.Loop.Evaluation.Rows)],
            Tokenizer = _source.Tokenizer,
            EndIds = EndIds,
            Rows = _recipe.Rows,
            Random = order,
        });
    }

    private IAnswerReward RewardOf(IScorer? judge, CancellationToken cancellationToken)
    {
        var reward = _recipe.Reward;
        if (reward.Model.Length == 0)
        {
            RewardScorer = reward.IsGiven ? judge : RewardRecipe.Find(reward.Scorer);
            return new ScorerReward(
                RewardScorer ?? throw new TrainingException("TRN0405", "Preparing the rewards failed: the recipe says reward.judge: true and no judge was given; expected one. Give a judge, or name a scorer or a reward model."),
                cancellationToken);
        }

        using var source = BaseModel.Open(reward.Model);
        if (source.Configuration.VocabularySize != _source.Configuration.VocabularySize)
        {
            throw new TrainingException("TRN0405", $"Reading the reward model failed: '{reward.Model}' has a vocabulary of {source.Configuration.VocabularySize} tokens and the base one of {_source.Configuration.VocabularySize}; expected the same. Train the reward model on this base.");
        }

        var model = Frozen(source.Load(_pool));
        _owned.Add(model);
        var head = _pool.Rent(1, source.Configuration.HiddenSize);
        _owned.Add(head);
        RewardModelFile.Read(reward.Model, head);
        return new ModelReward(new SequenceScorer(model, _measuring, _measuring), head, _recipe.Rows);
    }

    /// <summary>A head of seeded normal numbers.</summary>
    private Tensor Head(string name)
    {
        var head = _pool.Rent(1, _source.Configuration.HiddenSize);
        _owned.Add(head);
        var random = new SeededRandom(_recipe.Loop.Seed).Fork(name + "-head");
        foreach (ref var value in head.Span)
        {
            value = (float)(random.NextGaussian() * HeadDeviation);
        }

        return head;
    }

    private IDecoder Open()
    {
        if (_adapter is not null)
        {
            var place = Path.Combine(_folder.Path, ".sample");
            _adapter.Save(place);
            var adapted = DecoderLoader.Load(_source.Weights, _source.Configuration, new DecoderOptions { Team = _team, Format = ElementFormat.F32 });
            adapted.LoadAdapter(LoadedAdapter, place);
            Directory.Delete(place, recursive: true);
            return adapted;
        }

        using var weights = new LiveWeights(_scorer.Model.Parameters);
        return DecoderLoader.Load(weights, _source.Configuration, new DecoderOptions { Team = _team, Format = ElementFormat.F32 });
    }
}
