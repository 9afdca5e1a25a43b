using System.Runtime.InteropServices;
using Gyre.Models.Tokenizers;
using Gyre.Training.Loop;
using Gyre.Training.Packing;
using Gyre.Training.Runs;

namespace Gyre.Training.Sources;

/// <summary>Encodes a corpus into the token files of a run, once; a resumed run checks their digests instead.</summary>
internal static class TokenFileBuilder
{
    private const int ReportEvery = 1000;

    /// <summary>Builds or checks the token files and returns the record beside them.</summary>
    /// <remarks>
    /// Errors: TRN0040 a split holds no document; TRN0041 a file is damaged; TRN0043 the files are not the ones the run
    /// was started with.
    /// </remarks>
    public static CorpusRecord Build(IDocumentSource source, ITokenizer tokenizer, string tokenizerDigest, RunFolder folder, ITrainingObserver observer, CancellationToken cancellationToken)
    {
        if (CorpusRecord.TryRead(folder.CorpusRecord) is { } existing)
        {
            Check(folder.TrainTokens, existing.TrainDigest);
            Check(folder.ValidationTokens, existing.ValidationDigest);
            return tokenizerDigest == existing.TokenizerDigest
                ? existing
                : throw new TrainingException("TRN0043", $"Resuming the run failed: the tokenizer in '{folder.Tokenizer}' is not the one the token files were made with. Restore the run's 'data' folder, or start a new run.");
        }

        var kinds = new SortedDictionary<string, int>(StringComparer.Ordinal);
        using var train = new TokenFileWriter(folder.TrainTokens, tokenizer.VocabularySize);
        using var validation = new TokenFileWriter(folder.ValidationTokens, tokenizer.VocabularySize);
        Write(source, tokenizer, isValidation: true, validation, new SortedDictionary<string, int>(StringComparer.Ordinal), observer, cancellationToken);
        Write(source, tokenizer, isValidation: false, train, kinds, observer, cancellationToken);
        if (train.Documents == 0 || validation.Documents == 0)
        {
            throw new TrainingException("TRN0040", $"Encoding the corpus failed: {train.Documents} documents for training and {validation.Documents} for validation; expected at least one of each. Give more text or examples, and check how they are parted and how much is kept for validation: corpus.separator and corpus.validation, or data.train and data.validation_share.");
        }

        var record = new CorpusRecord
        {
            Source = source.Description,
            VocabularySize = tokenizer.VocabularySize,
            TrainDocuments = train.Documents,
            TrainTokens = train.Tokens,
            TrainTargets = train.Targets,
            TrainDigest = train.Complete(),
            ValidationDocuments = validation.Documents,
            ValidationTokens = validation.Tokens,
            ValidationTargets = validation.Targets,
            ValidationDigest = validation.Complete(),
            TokenizerDigest = tokenizerDigest,
            Kinds = kinds,
        };
        record.WriteTo(folder.CorpusRecord);
        return record;
    }

    private static void Write(IDocumentSource source, ITokenizer tokenizer, bool isValidation, TokenFileWriter writer, SortedDictionary<string, int> kinds, ITrainingObserver observer, CancellationToken cancellationToken)
    {
        var ids = new List<int>();
        var counts = new List<bool>();
        foreach (var kind in source.Encode(tokenizer, isValidation, ids, counts))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (writer.Append(CollectionsMarshal.AsSpan(ids), CollectionsMarshal.AsSpan(counts)))
            {
                kinds[kind] = kinds.GetValueOrDefault(kind) + 1;
                if (!isValidation && writer.Documents % ReportEvery == 0)
                {
                    observer.OnStageProgress(writer.Documents, source.ExpectedDocuments);
                }
            }
        }
    }

    private static void Check(string path, string digest)
    {
        using var file = TokenFile.Open(path);
        if (file.ComputeDigest() != digest)
        {
            throw new TrainingException("TRN0043", $"Resuming the run failed: the SHA-256 of '{path}' is not the recorded one. Restore the run's 'data' folder, or start a new run.");
        }
    }
}
