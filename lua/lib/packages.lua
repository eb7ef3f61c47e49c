-- packages: distributions that well-known import names come from, and what they bring with them.
local M = {}

-- One word an import name that is its distribution's too, or import=distribution,distribution (any of them brings it; PEP 503 form).
local names = [[
absl=absl-py accelerate aiohttp alembic altair annoy apache_beam=apache-beam arviz autogluon azure=azure-core,azure-ai-ml,azure-identity,azureml-core
azureml=azureml-core,azureml-sdk bentoml bitsandbytes bokeh boto3 botocore bs4=beautifulsoup4,bs4 captum catboost category_encoders=category-encoders
celery chromadb clearml click cloudpickle comet_ml=comet-ml confluent_kafka=confluent-kafka cv2=opencv-python,opencv-python-headless,opencv-contrib-python,opencv-contrib-python-headless,opencv,py-opencv
cvxpy cx_Oracle=cx-oracle dash dask=dask,distributed databricks=databricks-sdk,databricks-connect,databricks-cli,databricks-sql-connector datasets deepchecks
deepspeed diffusers dill docker dotenv=python-dotenv duckdb dvc einops elasticsearch eli5 evaluate evidently fairlearn faiss=faiss-cpu,faiss-gpu,faiss fastai
fastapi fasttext=fasttext,fasttext-wheel feast featuretools flair flask flask_cors=flask-cors flax gensim geopandas git=gitpython gradio
great_expectations=great-expectations gspread gymnasium gym h2o h5py hdbscan httpx huggingface_hub=huggingface-hub hydra=hydra-core hyperopt
imageio imblearn=imbalanced-learn imgaug implicit ipywidgets jax jieba joblib jsonlines kafka=kafka-python kedro keras kfp kornia langchain
librosa lightfm lightgbm lightning=lightning,pytorch-lightning lime loguru lxml matplotlib mlflow mlxtend moviepy nbformat neptune=neptune,neptune-client networkx
nltk numba numexpr numpy omegaconf onnx onnxruntime=onnxruntime,onnxruntime-gpu openai openpyxl optuna pandas pandas_profiling=pandas-profiling,ydata-profiling
pandera papermill patsy peft pendulum PIL=pillow pinecone=pinecone-client,pinecone plotly plotnine pmdarima polars prefect prometheus_client=prometheus-client
prophet=prophet,fbprophet fbprophet psutil psycopg2=psycopg2,psycopg2-binary pyarrow pycaret pydantic pydantic_settings=pydantic-settings pydub pymc
pymongo pymysql=pymysql pyod pyspark=pyspark,databricks-connect pytorch_lightning=pytorch-lightning,lightning pytz qdrant_client=qdrant-client ray redis requests
rich river sacrebleu safetensors scikitplot=scikit-plot scipy seaborn sentence_transformers=sentence-transformers sentencepiece seldon_core=seldon-core
shap skimage=scikit-image sklearn=scikit-learn,sklearn skopt=scikit-optimize snowflake=snowflake-connector-python,snowflake-snowpark-python,snowflake-ml-python spacy
sqlalchemy stable_baselines3=stable-baselines3 starlette statsforecast statsmodels streamlit structlog surprise=scikit-surprise,surprise sympy tables
tabulate tensorboard tensorboardX=tensorboardx tensorflow=tensorflow,tensorflow-cpu,tensorflow-gpu,tensorflow-intel,tensorflow-macos,tf-nightly tensorflow_addons=tensorflow-addons
tensorflow_datasets=tensorflow-datasets,tfds-nightly tensorflow_hub=tensorflow-hub tensorflow_probability=tensorflow-probability textblob thop tiktoken timm tokenizers
toolz torch=torch,pytorch torch_geometric=torch-geometric torchaudio torchmetrics torchtext torchvision tqdm transformers trl tsfresh typer ultralytics
umap=umap-learn unidecode uvicorn vaderSentiment=vadersentiment wandb werkzeug whylogs wordcloud xarray xgboost xlrd yaml=pyyaml yellowbrick yfinance zenml
]]

-- distribution: what it installs with it, of the above.
local brings = [[
accelerate: numpy torch safetensors huggingface-hub pyyaml psutil
albumentations: numpy scipy opencv-python-headless pyyaml
altair: numpy pandas
autogluon: numpy pandas scikit-learn scipy networkx matplotlib torch lightgbm xgboost catboost
azureml-core: requests azureml-sdk azure-core
azureml-defaults: azureml-core flask
azureml-sdk: azureml-core numpy pandas
bentoml: numpy pyyaml click requests pydantic rich starlette uvicorn aiohttp httpx psutil
boto3: botocore
catboost: numpy pandas scipy matplotlib plotly
dash: flask plotly werkzeug
dask: numpy pandas pyyaml cloudpickle toolz distributed click
databricks-connect: pyspark numpy pandas
datasets: numpy pandas pyarrow requests tqdm dill huggingface-hub pyyaml aiohttp
deepchecks: numpy pandas scikit-learn matplotlib plotly
diffusers: numpy huggingface-hub safetensors requests pillow
dvclive: pyyaml numpy psutil gitpython
dvc: pyyaml requests tqdm networkx rich omegaconf hydra-core psutil pydot gitpython
eli5: numpy scipy scikit-learn
evidently: numpy pandas plotly scikit-learn scipy statsmodels nltk pyyaml requests pydantic typer rich
fastai: numpy pandas scikit-learn scipy matplotlib torch torchvision pillow pyyaml requests spacy
fastapi: pydantic starlette
featuretools: numpy pandas scipy dask psutil tqdm
feast: numpy pandas pyarrow pyyaml fastapi pydantic click dask sqlalchemy tqdm uvicorn requests
flair: torch transformers gensim scikit-learn matplotlib tqdm
flask: werkzeug click
geopandas: numpy pandas
gensim: numpy scipy
gradio: fastapi pydantic numpy pandas pillow pyyaml requests httpx uvicorn matplotlib huggingface-hub aiohttp starlette
great-expectations: numpy pandas scipy requests tqdm pydantic altair
huggingface-hub: requests tqdm pyyaml
hydra-core: omegaconf
hyperopt: numpy scipy networkx tqdm cloudpickle
imbalanced-learn: numpy scipy scikit-learn joblib
jupyter: ipywidgets nbformat
jupyterlab: nbformat requests
kedro: omegaconf click pyyaml rich
keras: numpy h5py rich absl-py
kfp: click pydantic pyyaml requests tabulate typer
langchain: pydantic requests pyyaml sqlalchemy numpy aiohttp
librosa: numpy scipy scikit-learn joblib numba
lightgbm: numpy scipy scikit-learn
lightning: torch torchmetrics pytorch-lightning numpy tqdm pyyaml
lime: numpy scipy scikit-learn matplotlib tqdm scikit-image
matplotlib: numpy pillow
mlflow: numpy pandas scikit-learn scipy matplotlib pyarrow flask sqlalchemy alembic docker requests pyyaml click cloudpickle databricks-cli databricks-sdk gitpython fastapi uvicorn pydantic cachetools pytz
mlflow-skinny: requests pyyaml click cloudpickle databricks-cli databricks-sdk gitpython pydantic pytz
mlxtend: numpy scipy pandas scikit-learn matplotlib joblib
monai: numpy torch
onnx: numpy
onnxruntime: numpy
openai: httpx pydantic tqdm
opencv-python: numpy
opencv-python-headless: numpy
optuna: numpy scipy sqlalchemy alembic tqdm pyyaml
pandas: numpy pytz
papermill: click pyyaml nbformat requests tqdm
peft: numpy torch transformers accelerate safetensors psutil pyyaml tqdm huggingface-hub
plotnine: numpy pandas scipy matplotlib statsmodels patsy
prefect: pydantic click httpx rich sqlalchemy pyyaml typer docker pendulum alembic cloudpickle
prophet: numpy pandas matplotlib
pyaml: pyyaml
pycaret: numpy pandas scipy scikit-learn joblib matplotlib seaborn plotly lightgbm imbalanced-learn yellowbrick statsmodels
pyspark: numpy
pytorch: numpy
pytorch-lightning: torch torchmetrics numpy tqdm pyyaml lightning tensorboard
ray: click pyyaml requests numpy pandas pyarrow aiohttp fastapi pydantic starlette uvicorn
sagemaker: boto3 numpy pandas cloudpickle pyyaml
scikit-image: numpy scipy networkx pillow imageio
scikit-learn: numpy scipy joblib
scikit-optimize: numpy scipy scikit-learn joblib
seaborn: numpy pandas matplotlib scipy
seldon-core: flask numpy requests pyyaml
sentence-transformers: torch transformers numpy scipy scikit-learn nltk sentencepiece tqdm huggingface-hub pillow
shap: numpy pandas scipy scikit-learn tqdm numba cloudpickle
spacy: numpy requests tqdm pydantic typer
statsforecast: numpy pandas scipy statsmodels numba
statsmodels: numpy pandas scipy patsy
streamlit: numpy pandas pillow requests altair pyarrow click rich gitpython
tensorflow: numpy keras h5py absl-py tensorboard requests
tensorflow-cpu: numpy keras h5py absl-py tensorboard requests tensorflow
tensorflow-gpu: numpy keras h5py absl-py tensorboard requests tensorflow
tensorflow-macos: numpy keras h5py absl-py tensorboard requests tensorflow
timm: torch torchvision pyyaml huggingface-hub safetensors
torch: numpy sympy networkx
torchvision: torch numpy pillow
transformers: numpy requests tqdm pyyaml tokenizers safetensors huggingface-hub
trl: torch transformers accelerate datasets
ultralytics: numpy matplotlib opencv-python pillow pyyaml requests scipy torch torchvision tqdm psutil pandas seaborn thop
umap-learn: numpy scipy scikit-learn numba
uvicorn: click
wandb: click gitpython requests psutil pyyaml pydantic
xgboost: numpy scipy
ydata-profiling: numpy pandas scipy matplotlib pydantic pyyaml requests tqdm seaborn statsmodels
yellowbrick: numpy scipy scikit-learn matplotlib
zenml: click pydantic pyyaml rich sqlalchemy requests docker pandas numpy gitpython alembic
]]

-- The distributions that may bring an import name, or nil if we don't know it.
function M.distributions()
  local of = {}
  for word in names:gmatch "%S+" do
    local name, list = word:match "^([^=]+)=(.*)$"
    local found = {}
    for one in (list or word):gmatch "[^,]+" do found[#found + 1] = one end
    of[name or word] = found
  end
  return of
end

-- What is there once the distributions in `declared` (a set) are installed: they, and what they bring, as a set.
function M.installed(declared)
  local out, of = {}, {}
  for line in brings:gmatch "[^\n]+" do
    local name, list = line:match "^(%S+): (.*)$"
    of[name] = list
  end
  local waiting = {}
  for name in pairs(declared) do waiting[#waiting + 1] = name end
  while #waiting > 0 do
    local name = table.remove(waiting)
    if not out[name] then
      out[name] = true
      for one in (of[name] or ""):gmatch "%S+" do waiting[#waiting + 1] = one end
    end
  end
  return out
end

return M
