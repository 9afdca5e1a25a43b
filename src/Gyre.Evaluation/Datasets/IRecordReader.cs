namespace Gyre.Evaluation.Datasets;

/// <summary>Reads a file record by record; faults of a record are noted and the record is left out.</summary>
internal interface IRecordReader
{
    /// <summary>The records, with the line on which each begins.</summary>
    IEnumerable<(long Line, IRecord Record)> Read(Stream stream, DatasetFaults faults);
}
