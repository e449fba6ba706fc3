"""scikit-learn's trees on a made table, one thread: prints CPU seconds, ROC-AUC and peak memory as JSON. python3 parts-trees-peer.py <folder> <task>"""
import json
import resource
import sys
import time

import numpy as np
from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier
from sklearn.metrics import roc_auc_score

folder, task = sys.argv[1:3]
size = json.load(open(f"{folder}/{task}.json"))
x = np.fromfile(f"{folder}/{task}.x", dtype=np.float32).reshape(-1, size["columns"])
y = np.fromfile(f"{folder}/{task}.y", dtype=np.int32)
n = size["train"]
model = RandomForestClassifier(100, random_state=0) if task == "forest" else HistGradientBoostingClassifier(early_stopping=False)
began = time.process_time()
model.fit(x[:n], y[:n])
seconds = time.process_time() - began
p = model.predict_proba(x[n:])
auc = roc_auc_score(y[n:], p[:, 1]) if size["classes"] == 2 else roc_auc_score(y[n:], p, multi_class="ovr")
print(json.dumps({"seconds": seconds, "auc": auc, "peakMb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}))
