using System.Globalization;

namespace Gyre.Orchestration.Retrieval;

/// <summary>Writes questions with the passages that were found for them.</summary>
/// <remarks>Safe for several threads. The retriever stays the caller's.</remarks>
public sealed class RetrievalPrompt
{
    private static readonly string[] MessagePlaces = ["passages", "question"];
    private static readonly string[] PassagePlaces = ["number", "text", "document", "id"];

    private readonly IRetriever _retriever;
    private readonly RetrievalTemplate _message;
    private readonly RetrievalTemplate _passage;
    private readonly RetrievalTemplate _nothing;

    /// <summary>Makes one.</summary>
    /// <param name="retriever">Finds the passages.</param>
    /// <param name="options">How many, and in which words.</param>
    /// <exception cref="OrchestrationException">ORC0008: a template has a fault. ORC0009: a number is out of its range.</exception>
    public RetrievalPrompt(IRetriever retriever, RetrievalOptions options)
    {
        ArgumentNullException.ThrowIfNull(retriever);
        ArgumentNullException.ThrowIfNull(options);
        if (options.Top is < 1 or > RetrievalOptions.MostTop || options.MostCharacters < 1 || double.IsNaN(options.LeastScore))
        {
            throw new OrchestrationException(
                "ORC0009",
                string.Create(CultureInfo.InvariantCulture, $"Setting up retrieval failed: found {options.Top} passages of {options.MostCharacters} characters from the score {options.LeastScore} on; expected 1 to {RetrievalOptions.MostTop} passages, 1 character or more, and a score that is a number. Correct the settings."));
        }

        (_retriever, Options) = (retriever, options);
        _message = RetrievalTemplate.Parse(options.Template, "template", MessagePlaces, "passages");
        RetrievalTemplate.Parse(options.Template, "template", MessagePlaces, "question");
        _passage = RetrievalTemplate.Parse(options.PassageTemplate, "passage template", PassagePlaces, "text");
        _nothing = RetrievalTemplate.Parse(options.NothingFoundTemplate, "nothing-found template", ["question"], "question");
    }

    /// <summary>How many passages, and in which words.</summary>
    public RetrievalOptions Options { get; }

    /// <summary>A digest of everything that decides what is written: the retriever's, and every option.</summary>
    public async Task<string> DigestAsync(CancellationToken cancellationToken = default) => ContentDigest.Of(
        "retrieval-prompt-1",
        await _retriever.DigestAsync(cancellationToken),
        string.Create(CultureInfo.InvariantCulture, $"{Options.Top}|{Options.LeastScore:R}|{Options.MostCharacters}"),
        Options.Template,
        Options.PassageTemplate,
        Options.Separator,
        Options.NothingFoundTemplate);

    /// <summary>Finds the passages for a question and writes both.</summary>
    /// <param name="question">What the message asks.</param>
    /// <param name="query">What is searched for, where that is not the question itself.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public async Task<RetrievedPrompt> WriteAsync(string question, string? query = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(question);
        var found = await _retriever.RetrieveAsync(query ?? question, Options.Top, cancellationToken);
        var (texts, passages) = Choose(found);
        var text = passages.Count == 0
            ? _nothing.Write(_ => question)
            : _message.Write(place => place == "question" ? question : string.Join(Options.Separator, texts));
        return new RetrievedPrompt(text, passages);
    }

    private (List<string> Texts, List<RetrievedPassage> Passages) Choose(IReadOnlyList<RetrievedPassage> found)
    {
        var (texts, passages) = (new List<string>(), new List<RetrievedPassage>());
        var left = Options.MostCharacters;
        foreach (var next in found.Where(passage => passage.Score >= Options.LeastScore).Take(Options.Top))
        {
            var shown = next;
            var text = Show(shown.Passage, passages.Count + 1);
            var room = left - (texts.Count > 0 ? Options.Separator.Length : 0);
            if (text.Length > room)
            {
                if (texts.Count > 0 || Cut(next, text.Length - room) is not { } cut)
                {
                    break;
                }

                shown = cut;
                text = Show(cut.Passage, 1);
            }

            texts.Add(text);
            passages.Add(shown);
            left = room - text.Length;
        }

        return (texts, passages);
    }

    private string Show(Passage passage, int number) => _passage.Write(place => place switch
    {
        "number" => number.ToString(CultureInfo.InvariantCulture),
        "document" => passage.Document,
        "id" => passage.Id,
        _ => passage.Text,
    });

    /// <summary>The passage shorter by so much at least, at a word's end if there is one; null when nothing is left.</summary>
    private static RetrievedPassage? Cut(RetrievedPassage found, int units)
    {
        var text = found.Passage.Text;
        var most = text.Length - units;
        if (most <= 0)
        {
            return null;
        }

        var end = char.IsHighSurrogate(text[most - 1]) ? most - 1 : most;
        for (var at = end; at > 0; at--)
        {
            if (char.IsWhiteSpace(text[at]) && !char.IsWhiteSpace(text[at - 1]))
            {
                end = at;
                break;
            }
        }

        var kept = text[..end];
        return string.IsNullOrWhiteSpace(kept) ? null : found with { Passage = new Passage(found.Passage.Id, found.Passage.Document, kept, found.Passage.Start) };
    }
}
