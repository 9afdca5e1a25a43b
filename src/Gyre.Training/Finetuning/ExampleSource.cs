using Gyre.Contracts;
using Gyre.Models.Templates;
using Gyre.Models.Tokenizers;
using Gyre.Training.Bases;
using Gyre.Training.Corpus;
using Gyre.Training.Examples;
using Gyre.Training.Recipes;
using Gyre.Training.Sources;

namespace Gyre.Training.Finetuning;

/// <summary>The examples of a fine-tuning recipe as documents for the token files.</summary>
/// <remarks>Faults of single examples are collected and told together when a split has been read.</remarks>
internal sealed class ExampleSource : IDocumentSource
{
    private const double Golden = 0.6180339887498949;
    private readonly FinetuneRecipe _recipe;
    private readonly BaseModel _base;
    private readonly ExampleEncoder _encoder;
    private readonly Contradictions _contradictions = new();
    private bool _hasConversations;

    public ExampleSource(FinetuneRecipe recipe, BaseModel source)
    {
        _recipe = recipe;
        _base = source;
        _encoder = new ExampleEncoder(source, recipe.CountsPrompts);
    }

    /// <summary>Training examples that were longer than a row and left out.</summary>
    public int Dropped { get; private set; }

    /// <summary>What of the training examples deserves a warning, known when they have been read: code and message.</summary>
    public IEnumerable<(string Code, string Message)> Warnings()
    {
        if (Dropped > 0)
        {
            yield return ("TRN0308", $"{Dropped} examples are longer than batch.sequence {_recipe.Batch.SequenceLength} and are left out.");
        }

        if (_contradictions.Examples > 0)
        {
            yield return ("TRN0310", _contradictions.ToText() + " What is learnt lies between the answers. Keep one answer of each, or refuse such data with data.contradictions: refuse.");
        }

        if (_hasConversations)
        {
            foreach (var warning in TemplateCheck.Warnings(_base))
            {
                yield return warning;
            }
        }
    }

    public string Description => "Examples of " + string.Join(", ", _recipe.Train.Select(DescriptionOf))
        + (_recipe.Validation.Count > 0 ? "; held out are " + string.Join(", ", _recipe.Validation.Select(DescriptionOf)) : FormattableString.Invariant($"; {_recipe.ValidationShare:P0} of them are held out"));

    public long ExpectedDocuments => _recipe.Train.All(source => source.ShopExamples > 0) ? (long)_recipe.Train.Sum(source => source.ShopExamples * source.Repeat) : 0;

    public IEnumerable<string> Encode(ITokenizer tokenizer, bool isValidation, List<int> ids, List<bool> counts)
    {
        var faults = new ExampleFaults();
        foreach (var (example, repeat) in isValidation ? Held(faults) : Shown(faults))
        {
            if (!_encoder.TryEncode(example, ids, counts, faults) || !Fits(example, ids, faults))
            {
                continue;
            }

            _hasConversations |= example.Turns.Count > 0;
            if (!counts.Skip(1).Contains(true))
            {
                faults.Add(example.Place, "holds nothing to learn: no token counts; expected an answer or a text.");
                continue;
            }

            for (var i = 0; i < repeat; i++)
            {
                yield return example.Task;
            }
        }

        faults.ThrowIfAny();
    }

    public void EncodePrompt(string prompt, ITokenizer tokenizer, List<int> ids) => ids.AddRange(_base.Conversations.Template is null
        ? _base.Conversations.EncodeText(prompt, parseSpecialTokens: false)
        : _base.Conversations.Encode([new ChatTurn("user", prompt)], null, addGenerationPrompt: true));

    private IEnumerable<(TrainingExample Example, int Repeat)> Shown(ExampleFaults faults)
    {
        foreach (var source in _recipe.Train)
        {
            var index = 0L;
            foreach (var example in Read(source, faults))
            {
                if (_recipe.Validation.Count == 0 && IsHeld(index))
                {
                    index++;
                    continue;
                }

                if (source.File.Length > 0 && _contradictions.Find(example) is { } other && _recipe.RefusesContradictions)
                {
                    faults.Add(example.Place, $"answers a prompt otherwise than {other}; expected one answer (data.contradictions: refuse).");
                }

                // The multiples of the golden ratio spread the part of a repetition evenly.
                var repeat = (int)source.Repeat + ((index * Golden) % 1 < source.Repeat % 1 ? 1 : 0);
                index++;
                yield return (example, repeat);
            }
        }
    }

    private IEnumerable<(TrainingExample Example, int Repeat)> Held(ExampleFaults faults)
    {
        if (_recipe.Validation.Count > 0)
        {
            return _recipe.Validation.SelectMany(source => Read(source, faults)).Select(example => (example, 1));
        }

        return _recipe.Train.Where(source => source.Repeat > 0).SelectMany(source => Read(source, faults).Where((_, index) => IsHeld(index))).Select(example => (example, 1));
    }

    /// <summary>Spread evenly, the same for every seed: what is held out must not depend on it.</summary>
    private bool IsHeld(long index) => (((index + 1) * Golden) + 0.5) % 1 < _recipe.ValidationShare;

    /// <summary>The examples of one source.</summary>
    public static IEnumerable<TrainingExample> Read(ExampleSourceRecipe source, ExampleFaults faults)
    {
        if (source.File.Length > 0)
        {
            return ExampleFile.Read(source.File, source.Task, source.Separator, faults);
        }

        if (source.ShopQuestions is { } questions)
        {
            return questions.Rows(Split.Train).Select((row, index) => OfRow(row, $"generated question {index + 1}"));
        }

        if (source.ShopFacts is { } facts)
        {
            return facts.Lessons().Select((row, index) => OfRow(row, $"generated lesson {index + 1}"));
        }

        if (source.BrandExamples > 0)
        {
            var drafts = new SeededRandom(source.BrandSeed).Fork("drafts");
            return new BrandPreferences(source.BrandSeed).Training(source.BrandExamples).Select((pair, index) => new TrainingExample(
                "brand",
                [new ChatTurn("user", pair.Row.Prompt), new ChatTurn("assistant", drafts.Fork($"{index}").NextDouble() < source.BrandBroken ? pair.Rejected : pair.Chosen)],
                "",
                $"generated description {index + 1}"));
        }

        var options = new ShopCorpusOptions();
        var corpus = new ShopCorpus(source.ShopSeed, source.ShopMixture.Count == 0 ? options : options with { Mixture = source.ShopMixture });
        return corpus.Training(0, source.ShopExamples).Select((example, index) => new TrainingExample(example.Task, example.Turns, "", $"generated conversation {index + 1}"));
    }

    private static TrainingExample OfRow(DatasetRow row, string place) =>
        new(row.Task, [new ChatTurn("user", row.Prompt), new ChatTurn("assistant", row.Reference)], "", place);

    private bool Fits(TrainingExample example, List<int> ids, ExampleFaults faults)
    {
        var room = _recipe.Batch.SequenceLength + 1; // The last token is only a target.
        if (ids.Count <= room || _recipe.LongExamples == LongExamples.Cut)
        {
            return true;
        }

        if (_recipe.LongExamples == LongExamples.Drop)
        {
            Dropped++;
            return false;
        }

        faults.Add(example.Place, $"has {ids.Count} tokens; expected at most {room} (batch.sequence {_recipe.Batch.SequenceLength}). Lengthen batch.sequence, or set data.too_long to drop or cut.");
        return false;
    }

    private static string DescriptionOf(ExampleSourceRecipe source) =>
        (source.File.Length > 0 ? Path.GetFileName(source.File)
            : source.BrandExamples > 0 ? $"{source.BrandExamples:N0} generated descriptions by the StyleSprint shop's brand guide (seed {source.BrandSeed})" + (source.BrandBroken > 0 ? FormattableString.Invariant($", {source.BrandBroken:P0} of which break a rule") : "")
            : source.ShopQuestions is { } questions ? $"{questions.Questions + questions.Unanswerable:N0} generated questions about {questions.Things} notes of the StyleSprint shop (seed {questions.Seed})"
            : source.ShopFacts is { } facts ? $"generated questions without notes about {facts.Things} products and stores of the StyleSprint shop (seed {facts.Seed})"
            : $"{source.ShopExamples:N0} generated conversations of the StyleSprint shop (seed {source.ShopSeed})")
        + (source.Repeat != 1 ? FormattableString.Invariant($" ({source.Repeat:0.##} times)") : "")
        + (source.Licence.Length > 0 ? $" [{source.Licence}]" : "");
}
